package hoplab;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What became of connections, in lines for people. */
final class Report {
    private static final int MOST_ENDS = 20; // a test's last connections tell the most
    private static final Duration SETTLE = Duration.ofSeconds(1);

    private final List<String> lines = new ArrayList<>();

    private Report() {
    }

    /**
     * The connections that ended since the last restore, and those that are open, with the reasons. Of those with the
     * ids `earlier`, which are not the test's own, only those that the client did not end itself.
     */
    static String text(Lab lab, Set<Long> earlier) {
        try {
            return new Report().of(lab, earlier);
        } catch (LabException | UncheckedIOException error) {
            return error.getMessage();
        }
    }

    static Set<Long> ids(List<Json> connections) {
        return connections.stream().map(one -> one.number("id")).collect(Collectors.toSet());
    }

    private String of(Lab lab, Set<Long> earlier) {
        List<Json> flows = lab.flows(); // before the ends, so that no connection is between the two
        List<Json> ends = new ArrayList<>(lab.ends());
        flows = without(ends, earlier, flows);
        // The client may know of an end before its record is there.
        for (long begun = System.nanoTime(); !flows.isEmpty() && System.nanoTime() - begun < SETTLE.toNanos();) {
            flows = lab.flows();
            ends.addAll(lab.ends(ends.isEmpty() ? 0 : ends.get(ends.size() - 1).number("id"), SETTLE));
            flows = without(ends, earlier, flows);
        }
        ends.removeIf(end -> earlier.contains(end.number("id")) && end.text("end", "by").equals("client"));
        if (ends.size() > MOST_ENDS) {
            lines.add(ends.size() - MOST_ENDS + " connections ended before these.");
        }
        for (Json end : ends.subList(Math.max(0, ends.size() - MOST_ENDS), ends.size())) {
            connection(end, endText(end.at("end")));
            if (earlier.contains(end.number("id"))) {
                lines.add("    opened before the test");
            }
        }
        flows.forEach(flow -> connection(flow, openText(flow)));
        return lines.isEmpty() ? "No connection ended during the test, and none is open."
                : String.join("\n", lines);
    }

    private static List<Json> without(List<Json> ends, Set<Long> earlier, List<Json> flows) {
        Predicate<Long> over = Predicate.<Long>not(earlier::contains).and(Predicate.not(ids(ends)::contains));
        return flows.stream().filter(flow -> over.test(flow.number("id"))).collect(Collectors.toList());
    }

    private void connection(Json one, String outcome) {
        String way = Stream.concat(Stream.of(one.text("client")), one.at("hops").list().stream().map(Json::text))
                .collect(Collectors.joining(" > "));
        lines.add("#" + one.number("id") + " " + way + ": " + outcome);
        long requests = one.number("requests");
        if (requests > 0) {
            lines.add("    " + requests + (requests == 1 ? " request" : " requests")
                    + (one.has("lastStatus") ? ", last " + one.number("lastStatus") : ""));
        }
        if (one.has("failures")) {
            one.at("failures").list().forEach(failure -> lines.add("    " + failureText(failure)));
        }
        String shown = optional(one, "leafClientCertSubject");
        String status = optional(one, "tlsVerifyStatus");
        // Else nobody has looked at a certificate.
        if (!shown.isEmpty() || one.has("verifyReason") || status.equals("Success")) {
            lines.add("    certificate" + (shown.isEmpty() ? "" : " ") + shown + ": " + status);
        }
        if (one.has("verifyReason")) {
            lines.add("    " + one.text("verifyReason"));
        }
    }

    private static String endText(Json end) {
        String who = end.text("by").equals("hop") ? end.text("how") + " by " + end.text("hop")
                : end.text("how") + " by the " + end.text("by") + ", met by " + end.text("hop");
        return who + " at " + end.text("stage") + ": " + end.text("explanation") + " (" + end.text("reason") + ")";
    }

    private static String openText(Json flow) {
        String text = "open, at " + flow.text("stage");
        if (flow.has("end")) {
            Json end = flow.at("end");
            text += "; " + end.text("how") + " by " + end.text("hop") + " (" + end.text("reason") + ")";
        }
        return text;
    }

    private static String failureText(Json failure) {
        long count = failure.number("count");
        long status = failure.number("status"); // 0: the client got nothing
        String target = optional(failure, "target");
        String detail = optional(failure, "detail");
        return (count > 1 ? count + " x " : "") + (status == 0 ? "no answer" : status) + " by " + failure.text("hop")
                + (target.isEmpty() ? "" : " for " + target) + ": " + failure.text("explanation")
                + (detail.isEmpty() ? "" : " (" + detail + ")") + " (" + failure.text("reason") + ")";
    }

    private static String optional(Json one, String name) {
        return one.has(name) ? one.text(name) : "";
    }
}
