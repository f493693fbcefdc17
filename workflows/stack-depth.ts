/**
 * Frames of a stack trace. The SDK takes one for each promise, to show in Temporal UI where a workflow waits, and looks up
 * each frame in the source map: at V8's ten that is a quarter of what a workflow thread does. Whoever waits for a promise has
 * a trace of its own, so that the whole way down can still be read.
 */
Error.stackTraceLimit = 6;
