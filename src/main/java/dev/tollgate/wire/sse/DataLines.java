package dev.tollgate.wire.sse;

/** The data of a stream of events that is at hand as a whole. */
public final class DataLines {
    private DataLines() {}

    /** Takes where the data of one line begins and ends. */
    @FunctionalInterface
    public interface Each {
        void accept(int start, int end);
    }

    /** Hands over the data of every line that has any, without the blanks around it. */
    public static void each(byte[] stream, Each each) {
        int at = 0;
        while (at < stream.length) {
            int end = lineEnd(stream, at);
            if (isData(stream, at, end)) {
                int start = at + 5;
                while (start < end && stream[start] == ' ') {
                    start++;
                }
                int last = end;
                while (last > start && stream[last - 1] == ' ') {
                    last--;
                }
                each.accept(start, last);
            }
            at = end + 1;
        }
    }

    private static int lineEnd(byte[] stream, int from) {
        int at = from;
        while (at < stream.length && stream[at] != '\n' && stream[at] != '\r') {
            at++;
        }
        return at;
    }

    private static boolean isData(byte[] stream, int at, int end) {
        return end - at >= 5
                && stream[at] == 'd'
                && stream[at + 1] == 'a'
                && stream[at + 2] == 't'
                && stream[at + 3] == 'a'
                && stream[at + 4] == ':';
    }
}
