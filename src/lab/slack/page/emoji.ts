/** The few that apps use for states; a name that is not here stays as it is. */
const emoji: Record<string, string> = {
  white_check_mark: '✅',
  heavy_check_mark: '✔️',
  x: '❌',
  no_entry: '⛔',
  warning: '⚠️',
  rotating_light: '🚨',
  hourglass_flowing_sand: '⏳',
  alarm_clock: '⏰',
  lock: '🔒',
  mag: '🔍',
  eyes: '👀',
  information_source: 'ℹ️',
  red_circle: '🔴',
  large_orange_circle: '🟠',
  large_yellow_circle: '🟡',
  large_green_circle: '🟢',
  large_blue_circle: '🔵',
  white_circle: '⚪',
};

export const withEmoji = (text: string): string =>
  text.replaceAll(/:([a-z0-9_+-]+):/g, (whole, name: string) => emoji[name] ?? whole);
