package shinso.core.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Values of options: right ones are understood, others refused in a line. */
final class OptionsTest {
  private static final String NAME = "shinso.test.option";

  @AfterEach
  void clear() {
    System.clearProperty(NAME);
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1048576",
    "512, 536870912",
    "20m, 20971520",
    "20M, 20971520",
    "1536k, 1572864",
    "8g, 8589934592",
    "8G, 8589934592",
    "1t, 1099511627776",
    "1024t, 1125899906842624"
  })
  void sizes(String text, long bytes) {
    System.setProperty(NAME, text);
    assertEquals(bytes, Options.bytes(NAME));
  }

  /** 8589934592 is what 8g would be in bytes; as megabytes it is no limit at all. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "abc",
        "-5",
        "0",
        "0m",
        "1.5g",
        "8gb",
        "8 g",
        "1000k",
        "m",
        "1025t",
        "8589934592",
        "99999999999999999999",
        "999999999999999t"
      })
  void noSizes(String text) {
    System.setProperty(NAME, text);
    assertEquals(
        NAME
            + " is '"
            + text
            + "'; use a size from 1m to 1024t such as 512m, 8g or 512 (megabytes), or leave it out",
        assertThrows(OptionException.class, () -> Options.bytes(NAME)).getMessage());
  }

  @Test
  void numbers() {
    assertEquals(7, Options.number(NAME, 7, 1, 10));
    System.setProperty(NAME, "10");
    assertEquals(10, Options.number(NAME, 7, 1, 10));
    for (String text : List.of("", "0", "11", "-1", "two", "9999999999", "99999999999999999999")) {
      System.setProperty(NAME, text);
      assertEquals(
          NAME + " is '" + text + "'; use a whole number from 1 to 10, or leave it out",
          assertThrows(OptionException.class, () -> Options.number(NAME, 7, 1, 10)).getMessage());
    }
  }

  @Test
  void whatNothingReadsIsFound() {
    assertEquals(List.of(), Options.unread());
    System.setProperty(NAME, "on");
    assertEquals(List.of(NAME), Options.unread());
  }

  @Test
  void choices() {
    assertNull(Options.bytes(NAME));
    List<String> allowed = List.of("on", "off", "now");
    assertEquals("", Options.choice(NAME, "", allowed));
    System.setProperty(NAME, "off");
    assertEquals("off", Options.choice(NAME, "on", allowed));
    System.setProperty(NAME, "Off");
    assertEquals(
        NAME + " is 'Off'; use on, off or now, or leave it out",
        assertThrows(OptionException.class, () -> Options.choice(NAME, "on", allowed))
            .getMessage());
  }
}
