package hoplab;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * A fault, as it stands in a scenario's "faults": {@code Fault.reset("nlb").stage("client-hello").every(3)} resets each
 * third connection, at the network load balancer, when the client has said hello.
 */
public final class Fault {
    private final Map<String, Object> definition;

    private Fault(Map<String, Object> definition) {
        this.definition = Collections.unmodifiableMap(definition);
    }

    /** What a hop does to connections: "reset", "fin", "hold", or another action that a scenario may name. */
    public static Fault of(String hop, String action) {
        return new Fault(Map.of("hop", hop, "action", action));
    }

    /** The hop resets the connection. */
    public static Fault reset(String hop) {
        return of(hop, "reset");
    }

    /** The hop ends it with a FIN. */
    public static Fault fin(String hop) {
        return of(hop, "fin");
    }

    /** The hop passes nothing on until the fault is disarmed. */
    public static Fault hold(String hop) {
        return of(hop, "hold");
    }

    /** When the connection has come to that stage; without it at once. */
    public Fault stage(String stage) {
        return with("stage", stage);
    }

    /** Each n-th connection only. */
    public Fault every(int n) {
        return with("connections", Map.of("every", n));
    }

    /** So often, and then no more. */
    public Fault limit(int hits) {
        return with("limit", hits);
    }

    /** Any other member, such as "direction" or "afterBytes". */
    public Fault with(String member, Object value) {
        Map<String, Object> more = new TreeMap<>(definition);
        more.put(member, value);
        return new Fault(more);
    }

    Map<String, Object> definition() {
        return definition;
    }
}
