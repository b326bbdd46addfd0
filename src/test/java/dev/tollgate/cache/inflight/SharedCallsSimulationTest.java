package dev.tollgate.cache.inflight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.testkit.Seeds;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Requests that ask the same join, leave, take and don't, while calls begin, go on, fail, and end, in any order. Whatever
 * happens: nobody makes a call whose turn it is not, each call ends once, and who listens gets all bytes of one call in
 * their order and its end, or is told why not.
 */
class SharedCallsSimulationTest {
    private static final int CASES = 2_000;
    private static final int STEPS = 300;
    private static final int KEPT = 500;
    private static final int CHUNK_MAX = 100;

    @Test
    void everybody_gets_one_answer_or_is_told_why_not() {
        int cases = Seeds.each(CASES, random -> {
            Simulation simulation = new Simulation(random);
            for (int i = 0; i < STEPS; i++) {
                simulation.step();
            }
            simulation.finish();
        });
        assertThat(cases).isPositive();
    }

    /** A call at the provider, from where its request went out. */
    private static final class Call {
        final Listener payer;
        final ByteArrayOutputStream said = new ByteArrayOutputStream();
        boolean hasBegun;
        boolean isAlone;
        boolean isPaused;

        @Nullable
        String end;

        Call(Listener payer) {
            this.payer = payer;
        }

        void end(String how) {
            assertThat(end).as("a call of %s ends once", payer).isNull();
            end = how;
        }
    }

    private static final class Simulation {
        private final Random random;
        private final SharedCalls<String, String> calls = new SharedCalls<>(KEPT);
        private final List<Listener> all = new ArrayList<>();
        private final List<Call> made = new ArrayList<>();
        private final double eagerness;
        private boolean isJoinable = true;

        Simulation(Random random) {
            this.random = random;
            this.eagerness = random.nextDouble();
        }

        void step() {
            switch (random.nextInt(10)) {
                case 0 -> join();
                case 1 -> leave();
                case 2 -> provider();
                case 3 -> take();
                default -> {
                    if (random.nextDouble() < eagerness) {
                        run();
                    } else {
                        provider();
                    }
                }
            }
            checkBounds();
        }

        private void join() {
            if (!isJoinable || all.size() > 50) {
                return;
            }
            Listener listener = Listener.joining(calls, "question", "r" + all.size());
            all.add(listener);
            if (listener.leads()) {
                made.add(new Call(listener));
            }
        }

        private void leave() {
            Listener listener = any(all);
            if (listener == null || listener.hasLeft || listener.ending != null) {
                return;
            }
            Call call = callOf(listener);
            boolean isDeserted = listener.leave();
            if (call != null && call.end == null && (call.isAlone || isDeserted)) {
                call.end("abandoned");
            }
        }

        private @Nullable Call callOf(Listener payer) {
            return made.stream().filter(call -> call.payer == payer).findFirst().orElse(null);
        }

        private void run() {
            Listener listener = any(all);
            if (listener != null) {
                runOne(listener);
            }
        }

        private void runOne(Listener listener) {
            int before = listener.told.size();
            listener.runOne();
            if (listener.told.size() == before) {
                return;
            }
            switch (listener.told.getLast()) {
                case "lead" -> {
                    if (listener.hasLeft) {
                        listener.seat().decline();
                    } else {
                        assertThat(callOf(listener)).as("one call of each").isNull();
                        made.add(new Call(listener));
                    }
                }
                case "alone" -> {
                    if (!listener.hasLeft) {
                        Call call = new Call(listener);
                        call.isAlone = true;
                        made.add(call);
                    }
                }
                case "resume" -> {
                    Call call = callOf(listener);
                    if (call != null) {
                        call.isPaused = false;
                    }
                }
                case "abandon" -> {
                    Call call = callOf(listener);
                    if (call != null && call.end == null) {
                        call.end("abandoned");
                    }
                }
                default -> {}
            }
        }

        private void take() {
            Listener listener = any(all);
            if (listener != null && !listener.hasLeft) {
                listener.isTaking = !listener.isTaking || random.nextBoolean();
                if (listener.isTaking && listener.seat().reader != null) {
                    listener.read();
                }
            }
        }

        /** Something happens to a call. */
        private void provider() {
            Call call = any(made.stream().filter(each -> each.end == null).toList());
            if (call == null) {
                return;
            }
            if (call.isAlone) {
                call.end("alone");
            } else if (!call.hasBegun) {
                beginOrFail(call);
            } else if (call.isPaused) {
                assertThat(call.payer.seat().isFull() || !call.payer.tasks.isEmpty())
                        .as("%s is told to go on", call.payer)
                        .isTrue();
            } else if (random.nextInt(8) == 0) {
                Ending how = Ending.values()[random.nextInt(Ending.values().length)];
                call.end(how.name());
                call.payer.seat().end(how);
            } else {
                byte[] chunk = new byte[1 + random.nextInt(CHUNK_MAX)];
                random.nextBytes(chunk);
                call.said.writeBytes(chunk);
                call.payer.seat().add(chunk);
                call.isPaused = call.payer.seat().isFull();
            }
        }

        private void beginOrFail(Call call) {
            Seat<String> seat = call.payer.seat();
            switch (random.nextInt(5)) {
                case 0 -> {
                    call.end("failed");
                    seat.passOn("failure of " + call.payer.name);
                }
                case 1 -> {
                    call.isAlone = true;
                    seat.passOn(null);
                }
                case 2 -> {
                    call.end("whole");
                    seat.settle(call.payer.name);
                }
                default -> {
                    call.hasBegun = true;
                    seat.begin(call.payer.name);
                    if (!call.payer.hasLeft) {
                        call.payer.read();
                    }
                }
            }
        }

        /** What is kept for whoever is slowest, and no more than one call that others can join. */
        private void checkBounds() {
            assertThat(calls.size()).isLessThanOrEqualTo(1);
            for (Listener listener : all) {
                Recording.Reader reader = listener.seat().reader;
                if (reader != null) {
                    assertThat(reader.behind()).isLessThanOrEqualTo(KEPT + CHUNK_MAX);
                }
            }
        }

        /** Time goes on until nothing is left to happen: everyone's client takes again, every call comes to an end. */
        void finish() {
            isJoinable = false;
            runAll();
            made.stream().filter(call -> call.end == null).forEach(this::checkIsHeard);
            for (int round = 0; round < 10_000 && !isOver(); round++) {
                everybodyTakes();
                provider();
            }
            everybodyTakes();
            assertThat(isOver()).as("everything comes to an end").isTrue();
            assertThat(calls.size()).isZero();
            all.stream().filter(each -> !each.hasLeft).forEach(this::checkAnswer);
        }

        private void everybodyTakes() {
            runAll();
            for (Listener listener : all) {
                if (!listener.hasLeft) {
                    listener.isTaking = true;
                    if (listener.seat().reader != null) {
                        listener.read();
                    }
                }
            }
            runAll();
        }

        private void runAll() {
            while (all.stream().anyMatch(each -> !each.tasks.isEmpty())) {
                for (Listener listener : all) {
                    while (!listener.tasks.isEmpty()) {
                        runOne(listener);
                    }
                }
            }
        }

        /** What nobody listens to any more has ended. */
        private void checkIsHeard(Call call) {
            assertThat(all.stream()
                            .filter(each -> call.isAlone
                                    ? each == call.payer
                                    : each.seat().call == call.payer.seat().call && !each.was("alone"))
                            .filter(each -> !each.hasLeft && !each.was("behind")))
                    .as("who listens to %s", call.payer)
                    .isNotEmpty();
        }

        private boolean isOver() {
            return made.stream().allMatch(call -> call.end != null)
                    && all.stream().allMatch(each -> each.tasks.isEmpty());
        }

        /** One who has stayed has one end: their own call's, an answer shared, or the word that they were too slow. */
        private void checkAnswer(Listener listener) {
            Call own = callOf(listener);
            List<String> answers = listener.told.stream()
                    .filter(each -> each.startsWith("begin "))
                    .toList();
            assertThat(answers.size()).as("%s", listener).isLessThanOrEqualTo(1);
            if (own != null && !own.hasBegun) {
                assertThat(answers).as("%s", listener).isEmpty();
                return;
            }
            String answer = own != null ? listener.name : answers.getFirst().substring("begin ".length());
            if (answer.startsWith("failure")) {
                return;
            }
            Call call = made.stream()
                    .filter(each -> each.payer.name.equals(answer))
                    .findFirst()
                    .orElseThrow();
            byte[] received = listener.received.toByteArray();
            byte[] said = call.said.toByteArray();
            if (listener.was("behind")) {
                assertThat(received).as("%s", listener).isEqualTo(Arrays.copyOf(said, received.length));
            } else {
                assertThat(received).as("%s", listener).isEqualTo(said);
                assertThat(call.end).isEqualTo(call.hasBegun ? String.valueOf(listener.ending) : "whole");
            }
        }

        private <T> @Nullable T any(List<T> list) {
            return list.isEmpty() ? null : list.get(random.nextInt(list.size()));
        }
    }
}
