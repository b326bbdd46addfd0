package dev.tollgate.cache.inflight;

import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A request in a shared call whose time goes on when the test says so: {@link #runOne} runs its next task. */
final class Listener implements Party<String> {
    final String name;
    final Deque<Runnable> tasks = new ArrayDeque<>();

    /** What it was told, in order: {@code lead}, {@code begin hello}, {@code alone}, … */
    final List<String> told = new ArrayList<>();

    final ByteArrayOutputStream received = new ByteArrayOutputStream();

    /** Whether its client takes what comes. */
    boolean isTaking = true;

    boolean hasLeft;

    @Nullable
    Ending ending;

    private @Nullable Seat<String> seat;

    Listener(String name) {
        this.name = name;
    }

    static Listener joining(SharedCalls<String, String> calls, String key, String name) {
        Listener listener = new Listener(name);
        listener.seat = calls.join(key, listener);
        return listener;
    }

    Seat<String> seat() {
        if (seat == null) {
            throw new IllegalStateException(name + " has no seat");
        }
        return seat;
    }

    boolean leads() {
        return seat().isLeading();
    }

    boolean runOne() {
        Runnable task = tasks.poll();
        if (task == null) {
            return false;
        }
        task.run();
        return true;
    }

    void runAll() {
        while (runOne()) {}
    }

    /** Whether it was told that. */
    boolean was(String what) {
        return told.contains(what);
    }

    boolean hasBegun() {
        return told.stream().anyMatch(each -> each.startsWith("begin "));
    }

    /** Reads all there is, unless its client takes nothing. */
    void read() {
        while (ending == null) {
            if (!isTaking) {
                seat().stall();
                return;
            }
            byte[] next = seat().read();
            if (next == null) {
                ending = seat().ending();
                return;
            }
            received.writeBytes(next);
        }
    }

    boolean leave() {
        hasLeft = true;
        return seat().leave();
    }

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
    }

    @Override
    public void lead() {
        told.add("lead");
    }

    @Override
    public void goAlone() {
        told.add("alone");
    }

    @Override
    public void begin(String head) {
        told.add("begin " + head);
    }

    @Override
    public void wake() {
        if (!hasLeft) {
            read();
        }
    }

    @Override
    public void fallBehind() {
        told.add("behind");
    }

    @Override
    public void resume() {
        told.add("resume");
    }

    @Override
    public void abandon() {
        told.add("abandon");
    }

    @Override
    public String toString() {
        return name + told;
    }
}
