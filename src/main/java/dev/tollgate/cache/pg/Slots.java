package dev.tollgate.cache.pg;

import java.util.concurrent.TimeUnit;

/**
 * Where entries are stored by when they expire: in one of 60 partitions, so that what has expired is emptied as a whole. 26
 * take turns by the hour for what lives up to a day, 34 by the day for what lives up to 32 days; of either one is always
 * spare, to be emptied.
 */
final class Slots {
    static final int COUNT = 60;
    static final long LONGEST_MILLIS = TimeUnit.DAYS.toMillis(32);

    private static final int HOURS = 26;
    private static final long HOUR = TimeUnit.HOURS.toMillis(1);
    private static final long DAY = TimeUnit.DAYS.toMillis(1);

    private Slots() {}

    /**
     * A slot, for as long as it takes in what expires at the same time.
     *
     * @param endsAtMillis when all in it has expired
     */
    record Turn(int slot, long endsAtMillis) {}

    /** Where to store what expires then. */
    static Turn turnOf(long expiresAtMillis, long nowMillis) {
        if (expiresAtMillis - nowMillis <= DAY) {
            long hour = Math.floorDiv(expiresAtMillis, HOUR);
            return new Turn((int) Math.floorMod(hour, (long) HOURS), (hour + 1) * HOUR);
        }
        long day = Math.floorDiv(expiresAtMillis, DAY);
        return new Turn(HOURS + (int) Math.floorMod(day, (long) (COUNT - HOURS)), (day + 1) * DAY);
    }

    /** When something expires in this tier that expires then elsewhere. */
    static long expiry(long expiresAtMillis, long nowMillis) {
        return Math.min(expiresAtMillis, nowMillis + LONGEST_MILLIS);
    }
}
