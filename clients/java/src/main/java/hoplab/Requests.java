package hoplab;

import java.util.AbstractList;
import java.util.List;

/** The requests that receivers got, oldest first. */
public final class Requests extends AbstractList<Json> {
    private final List<Json> requests;
    private final long count;
    private final long dropped;

    Requests(Json answer) {
        requests = answer.at("requests").list();
        count = answer.number("count");
        dropped = answer.number("dropped");
    }

    @Override
    public Json get(int index) {
        return requests.get(index);
    }

    @Override
    public int size() {
        return requests.size();
    }

    /** How many there were in all. */
    public long count() {
        return count;
    }

    /** How many of them are no longer kept. */
    public long dropped() {
        return dropped;
    }
}
