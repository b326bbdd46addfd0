package dev.tollgate.reports;

/** One thing that usage is grouped by. */
public sealed interface Grouping {
    /** How it is called in questions and answers. */
    String label();

    /** By a dimension. */
    record By(Dimension dimension) implements Grouping {
        @Override
        public String label() {
            return dimension.label();
        }
    }

    /** By the values of a tag; what has no such tag is a group of its own. */
    record ByTag(String key) implements Grouping {
        public static final String PREFIX = "tag:";

        @Override
        public String label() {
            return PREFIX + key;
        }
    }
}
