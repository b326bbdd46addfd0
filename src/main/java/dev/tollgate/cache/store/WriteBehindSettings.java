package dev.tollgate.cache.store;

/**
 * How entries are written behind the requests that they come from.
 *
 * @param queueBytesMax of what waits, those being written included
 * @param batchMax how many are written at once
 * @param batchBytesMax bytes from which on a batch is full
 * @param pauseMillis between the first that is added and its batch, and between batches
 */
public record WriteBehindSettings(long queueBytesMax, int batchMax, long batchBytesMax, long pauseMillis) {}
