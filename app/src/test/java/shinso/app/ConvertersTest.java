package shinso.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

final class ConvertersTest {
  @ParameterizedTest
  @CsvSource({"90s, 90", "5m, 300", "1h30m, 5400", "2h, 7200", "1h1m1s, 3661", "1m30s, 90"})
  void timesAreRead(String text, long seconds) {
    assertEquals(Duration.ofSeconds(seconds), new Converters.Time().convert(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "5", "m", "5 m", "-5m", "5m1h", "1.5h", "99999999999s", "0s", "h"})
  void otherTimesAreErrors(String text) {
    assertThrows(TypeConversionException.class, () -> new Converters.Time().convert(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"f32", "bf16"})
  void precisionsAreRead(String text) {
    assertEquals(text, new Converters.Precision().convert(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "F32", "fp16"})
  void otherPrecisionsAreErrors(String text) {
    assertThrows(TypeConversionException.class, () -> new Converters.Precision().convert(text));
  }
}
