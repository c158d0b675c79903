package hoplab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonTest {
    private static String mistake(String text) {
        return assertThrows(LabException.class, () -> Json.parse(text)).getMessage();
    }

    private static void same(String text) {
        assertEquals(text, Json.parse(text).toString());
    }

    @Test
    void itReadsEveryKindOfValue() {
        Json value = Json.parse(" {\"a\": [1, -2.5e1, true, null, {\"b\": \"c\"}], \"d\": {}, \"e\": []} ");
        assertEquals(1, value.number("a", 0));
        assertEquals(-25, value.number("a", 1));
        assertTrue(value.truth("a", 2));
        assertTrue(value.at("a", 3).isNull());
        assertEquals("c", value.text("a", 4, "b"));
        assertEquals("[a, d, e]", value.names().toString());
        assertTrue(value.has("d"));
        assertFalse(value.has("b"));
        assertEquals(5, value.at("a").list().size());
    }

    @Test
    void itWritesWhatItReads() {
        same("{\"a\":[1,-25,0.5,true,false,null,{\"b\":\"c\"}],\"d\":{},\"e\":[]}");
        same("\"a \\\" \\\\ \\u0001 \u00e4 \ud83d\ude00\"");
        same("1E+400");
        assertEquals("{\"every\":3}", Json.of(Map.of("every", 3)).toString());
        assertEquals("[1.5,\"a\",true,null]", Json.of(Arrays.asList(1.5, "a", true, null)).toString());
    }

    @Test
    void escapesAreCharacters() {
        assertEquals("\"\\/\b\f\n\r\t\u00e4\ud83d\ude00",
                Json.parse("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e4\\ud83d\\uDE00\"").text());
    }

    @Test
    void equalValuesSayTheSame() {
        assertEquals(Json.parse("{\"a\":1,\"b\":[0]}"), Json.parse("{\"b\":[-0.0],\"a\":1.0}"));
        assertEquals(Json.of(List.of(100)).hashCode(), Json.parse("[1e2]").hashCode());
        assertFalse(Json.parse("1").equals(Json.parse("\"1\"")));
    }

    @Test
    void whatIsNotJsonIsRefused() {
        assertEquals("not JSON: expected a value at character 6, found 'x}'", mistake("{\"a\":x}"));
        for (String text : List.of("", "nul", "01", "1.", "+1", "NaN", "[1,]", "[1 2]", "{\"a\"}", "{a:1}", "{} {}",
                "\"a", "\"\n\"", "\"\\x\"", "\"\\u12\"", "{\"a\":1,\"a\":2}", "'a'", "[".repeat(100000))) {
            assertTrue(mistake(text).startsWith("not JSON: expected "), text);
        }
    }

    @Test
    void whatIsNotThereIsSaid() {
        Json value = Json.parse("{\"a\":[1.5]}");
        assertEquals("there is no \"b\" in {\"a\":[1.5]}",
                assertThrows(LabException.class, () -> value.at("b")).getMessage());
        assertEquals("there is no element 1 in [1.5]",
                assertThrows(LabException.class, () -> value.at("a", 1)).getMessage());
        assertEquals("not a string: [1.5]", assertThrows(LabException.class, () -> value.text("a")).getMessage());
        assertEquals("not a whole number: 1.5",
                assertThrows(LabException.class, () -> value.number("a", 0)).getMessage());
        assertThrows(LabException.class, () -> Json.of(new Object()));
    }
}
