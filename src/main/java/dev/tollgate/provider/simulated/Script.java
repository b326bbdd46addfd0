package dev.tollgate.provider.simulated;

import dev.tollgate.provider.simulated.Answer.Piece;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Function;
import java.util.function.Supplier;

/** The course of a streamed answer, written down first and played later: each piece is made when it is its turn. */
final class Script implements Iterator<Piece> {
    private final Deque<Iterator<Piece>> scenes = new ArrayDeque<>();

    /** Adds one piece. */
    Script then(Supplier<Piece> piece) {
        return each(List.of(piece), Supplier::get);
    }

    /** Adds one piece per item. */
    <T> Script each(List<T> items, Function<? super T, Piece> piece) {
        Iterator<T> rest = items.iterator();
        scenes.add(new Iterator<>() {
            @Override
            public boolean hasNext() {
                return rest.hasNext();
            }

            @Override
            public Piece next() {
                return piece.apply(rest.next());
            }
        });
        return this;
    }

    @Override
    public boolean hasNext() {
        while (!scenes.isEmpty() && !scenes.getFirst().hasNext()) {
            scenes.removeFirst();
        }
        return !scenes.isEmpty();
    }

    @Override
    public Piece next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        return scenes.getFirst().next();
    }
}
