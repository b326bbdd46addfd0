package dev.tollgate.wire.json;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which members of a JSON object are counts, what each of them counts, and which members are objects with more counts in
 * them. Several names may mean the same. Built once, then only read; see {@link Counts}.
 *
 * @param <S> what is counted
 */
public final class CountForm<S extends Enum<S>> {
    /** A member is one of the two: a count or an object of counts. */
    record Member<S extends Enum<S>>(
            byte[] name, @Nullable S counts, @Nullable CountForm<S> within) {}

    private final List<List<Member<S>>> byLength = new ArrayList<>();
    private final List<Member<S>> all = new ArrayList<>();

    /** Members of these names count the same thing. Returns this. */
    public CountForm<S> count(S what, String... names) {
        for (String name : names) {
            add(new Member<>(name.getBytes(US_ASCII), what, null));
        }
        return this;
    }

    /** Members of these names are objects of that form. Returns this. */
    public CountForm<S> within(CountForm<S> form, String... names) {
        for (String name : names) {
            add(new Member<>(name.getBytes(US_ASCII), null, form));
        }
        return this;
    }

    private void add(Member<S> member) {
        while (byLength.size() <= member.name.length) {
            byLength.add(new ArrayList<>());
        }
        byLength.get(member.name.length).add(member);
        all.add(member);
    }

    /** The member whose name the cursor has just read, or null. */
    @Nullable
    Member<S> at(JsonCursor cursor) {
        if (cursor.isEscaped()) {
            return find(cursor, all);
        }
        int length = cursor.textLength();
        return length < byLength.size() ? find(cursor, byLength.get(length)) : null;
    }

    @SuppressWarnings("ForLoopReplaceableByForEach") // on the way of every answer: without an iterator
    private @Nullable Member<S> find(JsonCursor cursor, List<Member<S>> members) {
        for (int i = 0; i < members.size(); i++) {
            if (cursor.textIs(members.get(i).name)) {
                return members.get(i);
            }
        }
        return null;
    }
}
