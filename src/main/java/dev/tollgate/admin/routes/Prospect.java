package dev.tollgate.admin.routes;

import static java.util.Objects.requireNonNull;

import dev.tollgate.provider.Account.Owner;
import dev.tollgate.provider.Candidate;
import dev.tollgate.routing.Considered;
import dev.tollgate.routing.Considered.Verdict;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is left of the places that a router has found, once it is looked at who pays and which accounts have room: those that
 * a request would be sent to, in their order.
 */
final class Prospect {
    private Prospect() {}

    /** Those over accounts of another owner than the first are not gone on to: who pays is not changed by a failure. */
    static List<Considered<Candidate>> ofOnePayer(List<Considered<Candidate>> considered) {
        List<Candidate> taken = taken(considered);
        List<Considered<Candidate>> left = new ArrayList<>();
        for (Considered<Candidate> each : considered) {
            boolean isOthers =
                    isTaken(each) && !owner(requireNonNull(each.place())).equals(owner(taken.getFirst()));
            left.add(
                    isOthers
                            ? each.but(new Verdict.PassedOver(
                                    "owner",
                                    "the first one has another owner, and who pays is not changed by a failure"))
                            : each);
        }
        return inTurn(left);
    }

    /** Those whose accounts have no room are skipped. */
    static Future<List<Considered<Candidate>>> withRoom(List<Considered<Candidate>> considered, AccountRooms rooms) {
        List<Candidate> taken = taken(considered);
        List<Future<Optional<String>>> asked = taken.stream().map(rooms::full).toList();
        return Future.all(asked).map(_ -> {
            Map<Candidate, String> full = new HashMap<>();
            for (int i = 0; i < taken.size(); i++) {
                Candidate place = taken.get(i);
                asked.get(i).result().ifPresent(why -> full.put(place, why));
            }
            return inTurn(considered.stream()
                    .map(each -> {
                        String why = isTaken(each) ? full.get(each.place()) : null;
                        return why == null ? each : each.but(new Verdict.PassedOver("room", why));
                    })
                    .toList());
        });
    }

    private static Owner owner(Candidate candidate) {
        return candidate.account().owner();
    }

    private static boolean isTaken(Considered<Candidate> each) {
        return each.place() != null && each.verdict() instanceof Verdict.Taken;
    }

    /** The places that are tried, in their order. */
    static List<Candidate> taken(List<Considered<Candidate>> considered) {
        return considered.stream()
                .filter(Prospect::isTaken)
                .sorted(Comparator.comparingInt(each -> ((Verdict.Taken) each.verdict()).turn()))
                .map(each -> requireNonNull(each.place()))
                .toList();
    }

    /** Those that are left have turns without gaps. */
    private static List<Considered<Candidate>> inTurn(List<Considered<Candidate>> considered) {
        List<Candidate> taken = taken(considered);
        return considered.stream()
                .map(each -> isTaken(each) ? each.but(new Verdict.Taken(taken.indexOf(each.place()) + 1)) : each)
                .toList();
    }
}
