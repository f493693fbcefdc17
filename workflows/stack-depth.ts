/**
 * Frames of a stack trace. The SDK takes one for each promise, to show in Temporal UI where a workflow waits, and looks up
 * each frame in the source map, of V8's ten as of these. Whoever waits for a promise has a trace of its own, so that the whole
 * way down can still be read.
 */
Error.stackTraceLimit = 6;
