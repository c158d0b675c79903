package hoplab;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A value of JSON (RFC 8259), which never changes. What is asked for and not there, or is of another kind, is a
 * LabException that shows the value. Two values are equal when they say the same, whatever the order of members.
 */
public final class Json {
    private static final int DEEPEST = 512; // arrays and objects in one another, which the reader recurses for

    private final Object value; // Map<String, Json>, List<Json>, String, BigDecimal, Boolean or null

    private Json(Object value) {
        this.value = value;
    }

    /** Reads one value, and nothing behind it. */
    public static Json parse(String text) {
        return new Reader(text).whole();
    }

    /** What maps, collections, strings, numbers, booleans and null say in JSON. */
    public static Json of(Object from) {
        if (from instanceof Json) {
            return (Json) from;
        }
        if (from instanceof Map) {
            Map<String, Json> members = new LinkedHashMap<>();
            ((Map<?, ?>) from).forEach((name, member) -> members.put(name.toString(), of(member)));
            return new Json(members);
        }
        if (from instanceof Collection) {
            return new Json(((Collection<?>) from).stream().map(Json::of).collect(Collectors.toUnmodifiableList()));
        }
        if (from instanceof Number) {
            return new Json(number(from.toString()));
        }
        if (from == null || from instanceof Boolean || from instanceof CharSequence) {
            return new Json(from instanceof CharSequence ? from.toString() : from);
        }
        throw new LabException("JSON has nothing for a " + from.getClass().getName());
    }

    /** The value at the end of a path of names and of places in arrays: end.at("failures", 0, "hop"). */
    public Json at(Object... path) {
        Json found = this;
        for (Object step : path) {
            found = step instanceof Integer ? found.element((Integer) step) : found.member(step.toString());
        }
        return found;
    }

    /** Whether it is an object that has a member of that name. */
    public boolean has(String name) {
        return value instanceof Map && ((Map<?, ?>) value).containsKey(name);
    }

    /** The string at the end of the path. */
    public String text(Object... path) {
        return at(path).as(String.class, "a string");
    }

    /** The whole number at the end of the path. */
    public long number(Object... path) {
        Json found = at(path);
        try {
            return found.as(BigDecimal.class, "a number").longValueExact();
        } catch (ArithmeticException error) {
            throw new LabException("not a whole number: " + found, error);
        }
    }

    /** The number at the end of the path, with all of its digits. */
    public BigDecimal decimal(Object... path) {
        return at(path).as(BigDecimal.class, "a number");
    }

    /** The true or false at the end of the path. */
    public boolean truth(Object... path) {
        return at(path).as(Boolean.class, "true or false");
    }

    public boolean isNull() {
        return value == null;
    }

    /** The elements of an array. */
    public List<Json> list() {
        return elements();
    }

    /** The names of an object's members, in their order. */
    public Set<String> names() {
        return Collections.unmodifiableSet(members().keySet());
    }

    @SuppressWarnings("unchecked")
    private List<Json> elements() {
        return as(List.class, "an array");
    }

    @SuppressWarnings("unchecked")
    private Map<String, Json> members() {
        return as(Map.class, "an object");
    }

    private Json element(int place) {
        if (place < 0 || place >= elements().size()) {
            throw new LabException("there is no element " + place + " in " + this);
        }
        return elements().get(place);
    }

    private Json member(String name) {
        Json found = members().get(name);
        if (found == null) {
            throw new LabException("there is no \"" + name + "\" in " + this);
        }
        return found;
    }

    private <T> T as(Class<T> kind, String words) {
        if (!kind.isInstance(value)) {
            throw new LabException("not " + words + ": " + this);
        }
        return kind.cast(value);
    }

    private static BigDecimal number(String text) {
        try {
            BigDecimal number = new BigDecimal(text);
            return number.signum() == 0 ? BigDecimal.ZERO : number.stripTrailingZeros(); // 1.0 is equal to 1
        } catch (NumberFormatException error) {
            throw new LabException("JSON has no number " + text, error);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Json && Objects.equals(value, ((Json) other).value);
    }

    @Override
    public int hashCode() {
        return Objects.hashCode(value);
    }

    /** Its text, on one line. */
    @Override
    public String toString() {
        if (value instanceof Map) {
            return members().entrySet().stream().map(member -> quoted(member.getKey()) + ":" + member.getValue())
                    .collect(Collectors.joining(",", "{", "}"));
        }
        if (value instanceof List) {
            return elements().stream().map(Json::toString).collect(Collectors.joining(",", "[", "]"));
        }
        if (value instanceof BigDecimal) {
            BigDecimal number = (BigDecimal) value;
            return number.scale() <= 0 && number.scale() > -20 ? number.toPlainString() : number.toString();
        }
        return value instanceof String ? quoted((String) value) : String.valueOf(value);
    }

    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (char c : text.toCharArray()) {
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c < ' ') {
                quoted.append(String.format("\\u%04x", (int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }

    private static final class Reader {
        private final String text;
        private int next;
        private int depth;

        Reader(String text) {
            this.text = text;
        }

        Json whole() {
            Json value = value();
            skipSpace();
            if (next < text.length()) {
                throw mistake("the end");
            }
            return value;
        }

        private Json value() {
            skipSpace();
            switch (peek()) {
                case '{':
                    return object();
                case '[':
                    return array();
                case '"':
                    return new Json(string());
                case 't':
                    return word("true", true);
                case 'f':
                    return word("false", false);
                case 'n':
                    return word("null", null);
                default:
                    return new Json(number());
            }
        }

        private Json object() {
            Map<String, Json> members = new LinkedHashMap<>();
            open();
            if (!taken('}')) {
                do {
                    skipSpace();
                    String name = string();
                    take(':');
                    if (members.put(name, value()) != null) {
                        throw mistake("another name than \"" + name + "\" before this,");
                    }
                } while (taken(','));
                take('}');
            }
            depth--;
            return new Json(members);
        }

        private Json array() {
            List<Json> elements = new ArrayList<>();
            open();
            if (!taken(']')) {
                do {
                    elements.add(value());
                } while (taken(','));
                take(']');
            }
            depth--;
            return new Json(List.copyOf(elements));
        }

        private void open() {
            next++;
            if (++depth > DEEPEST) {
                throw mistake("at most " + DEEPEST + " arrays and objects in one another");
            }
        }

        private String string() {
            StringBuilder string = new StringBuilder();
            if (peek() != '"') {
                throw mistake("a string");
            }
            next++;
            for (char c = peek(); c != '"'; c = peek()) {
                if (c < ' ') {
                    throw mistake("the rest of a string");
                }
                next++;
                string.append(c == '\\' ? escaped() : c);
            }
            next++;
            return string.toString();
        }

        private char escaped() {
            char c = peek();
            next++;
            int known = "\"\\/bfnrt".indexOf(c);
            if (known >= 0) {
                return "\"\\/\b\f\n\r\t".charAt(known);
            }
            String digits = text.substring(next, Math.min(next + 4, text.length()));
            if (c != 'u' || !digits.matches("[0-9a-fA-F]{4}")) {
                next--;
                throw mistake("an escape");
            }
            next += 4;
            return (char) Integer.parseInt(digits, 16);
        }

        private BigDecimal number() {
            int end = next;
            while (end < text.length() && "+-.eE0123456789".indexOf(text.charAt(end)) >= 0) {
                end++;
            }
            String digits = text.substring(next, end);
            if (!digits.matches("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?")) {
                throw mistake("a value");
            }
            next = end;
            return Json.number(digits);
        }

        private Json word(String word, Object meaning) {
            if (!text.startsWith(word, next)) {
                throw mistake("a value");
            }
            next += word.length();
            return new Json(meaning);
        }

        private void skipSpace() {
            while (next < text.length() && " \t\r\n".indexOf(text.charAt(next)) >= 0) {
                next++;
            }
        }

        private boolean taken(char c) {
            skipSpace();
            if (next == text.length() || text.charAt(next) != c) {
                return false;
            }
            next++;
            return true;
        }

        private void take(char c) {
            if (!taken(c)) {
                throw mistake("'" + c + "'");
            }
        }

        private char peek() {
            if (next >= text.length()) {
                throw mistake("more");
            }
            return text.charAt(next);
        }

        private LabException mistake(String expected) {
            String found = text.substring(next, Math.min(next + 40, text.length()));
            return new LabException("not JSON: expected " + expected + " at character " + (next + 1) + ", found "
                    + (found.isEmpty() ? "the end" : "'" + found + "'"));
        }
    }
}
