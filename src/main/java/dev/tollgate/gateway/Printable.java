package dev.tollgate.gateway;

/** Says what may stand in a header. */
public final class Printable {
    private Printable() {}

    /** Whether a text is printable ASCII; a caller may ask for any model, also for one whose name is not. */
    public static boolean is(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < ' ' || text.charAt(i) >= 0x7f) {
                return false;
            }
        }
        return true;
    }
}
