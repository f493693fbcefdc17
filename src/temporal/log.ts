import { plainText } from '../domain/escape.ts';

export type LogLevel = 'info' | 'warn' | 'error';
/** Without a level it is `info`. */
export type Log = (line: string, level?: LogLevel) => void;

/** `SOAR_LOG=json`: each entry is one line of JSON with time, level and message, for whoever collects logs. */
export const logsInJson = (): boolean => process.env.SOAR_LOG === 'json';

/** A line of ours, as processes that run until they are told to stop write it. */
export function logLine(line: string, level: LogLevel = 'info'): string {
  const time = new Date().toISOString();
  const message = plainText(line);
  return logsInJson() ? `${JSON.stringify({ time, level, message })}\n` : `${time} ${message}\n`;
}

export const log: Log = (line, level) => void process.stderr.write(logLine(line, level));
