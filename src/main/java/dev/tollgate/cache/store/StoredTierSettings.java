package dev.tollgate.cache.store;

/**
 * How a store outside of this process is asked and written.
 *
 * @param patienceMillis how long a request waits for what it has
 * @param askingMax look-ups that are under way at the same time; those beyond find nothing
 * @param failuresWatched how many look-ups are looked back at; when half of them have failed it is given up
 * @param pauseMillis after which it is tried again
 * @param trials how many look-ups must succeed before all ask it again
 * @param writePatienceMillis after which a batch that is not written is lost
 */
public record StoredTierSettings(
        long patienceMillis,
        int askingMax,
        int failuresWatched,
        long pauseMillis,
        int trials,
        long writePatienceMillis,
        WriteBehindSettings writes) {

    /**
     * The usual ones.
     *
     * @param askingMax look-ups that are under way at the same time
     * @param queueBytesMax of what waits to be written
     */
    public static StoredTierSettings of(long patienceMillis, int askingMax, long queueBytesMax) {
        return new StoredTierSettings(
                patienceMillis,
                askingMax,
                /* failuresWatched= */ 10,
                /* pauseMillis= */ 1_000,
                /* trials= */ 3,
                /* writePatienceMillis= */ 5_000,
                new WriteBehindSettings(
                        queueBytesMax,
                        /* batchMax= */ 200,
                        /* batchBytesMax= */ 4 * 1024 * 1024,
                        /* pauseMillis= */ 100));
    }
}
