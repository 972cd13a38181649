package shinso.train.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProgressTest {
  private static final Callback.Control NOBODY =
      new Callback.Control() {
        @Override
        public void stop(String reason) {}

        @Override
        public void keep() {}
      };

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final AtomicLong now = new AtomicLong();

  private Progress progress(boolean terminal, int width, Charset charset) {
    PrintStream out = new PrintStream(bytes, true, charset);
    return Progress.on(new Screen(out, terminal, true, () -> width), now::get);
  }

  private static Map<String, Double> numbers(Object... namesAndValues) {
    Map<String, Double> map = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      map.put((String) namesAndValues[i], ((Number) namesAndValues[i + 1]).doubleValue());
    }
    return map;
  }

  private void train(Progress p, int steps, long nanosEach) {
    p.on(new Event.Started(0, 1000, 100, Double.POSITIVE_INFINITY), NOBODY);
    for (int i = 1; i <= steps; i++) {
      now.addAndGet(nanosEach);
      p.on(new Event.Stepped(i, (i - 1) / 100, 128, numbers("loss", 0.5, "accuracy", 0.9)), NOBODY);
    }
  }

  @Test
  void linesEveryFewSecondsWhereThereIsNoTerminal() {
    Progress p = progress(false, 80, StandardCharsets.UTF_8);
    train(p, 120, 100_000_000L);
    p.on(
        new Event.Recorded(
            120, 1.2, numbers("epoch", 1.2, "train.loss", 0.41234, "validation.loss", 2e-7)),
        NOBODY);
    p.on(new Event.Recorded(121, 1.21, numbers("train.loss", 0.4)), NOBODY);
    p.on(new Event.Noticed("a notice"), NOBODY);
    assertEquals(
        """
        epoch 1/10  step 50/1000  loss 0.5000  accuracy 0.9000  1.28k/s  1:35 left
        epoch 1/10  step 100/1000  loss 0.5000  accuracy 0.9000  1.28k/s  1:30 left
        epoch 1.20  train: loss 0.5000, accuracy 0.9000  validation: loss 2.00e-07
        a notice
        """,
        text());
  }

  private String text() {
    return bytes.toString(StandardCharsets.UTF_8).replace(System.lineSeparator(), "\n");
  }

  @Test
  void aLineWrittenOverOnATerminal() {
    Progress p = progress(true, 120, StandardCharsets.UTF_8);
    train(p, 500, 10_000_000L);
    p.on(new Event.Recorded(500, 5, numbers("validation.accuracy", 0.95)), NOBODY);
    String[] drawn = text().split("\r\u001b\\[K", -1);
    assertTrue(drawn.length > 40 && drawn.length < 60, drawn.length + " times");
    assertEquals("", drawn[0]);
    String last = drawn[drawn.length - 2].replaceAll("\u001b\\[[0-9]+m", "");
    assertTrue(
        last.matches("━{24}  epoch 5/10  4\\d%  loss 0.5000  accuracy 0.9000  12.8k/s  0:05 left"),
        last);
    assertEquals(
        "epoch 5  train: loss 0.5000, accuracy 0.9000  validation: accuracy 0.9500"
            + System.lineSeparator(),
        drawn[drawn.length - 1]);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 30, 40, 60, 79, 80, 81, 100, 120})
  void linesNeverWrap(int width) {
    Progress p = progress(true, width, StandardCharsets.US_ASCII);
    train(p, 300, 50_000_000L);
    for (String line : text().split("\r\u001b\\[K", -1)) {
      assertTrue(line.length() < Math.max(width, 21), width + ": " + line);
      assertTrue(line.chars().allMatch(c -> c >= ' ' && c < 127), line);
      assertTrue(line.isEmpty() || width < 30 || line.endsWith(" left"), line);
      assertTrue(line.isEmpty() || width < 80 || line.matches("[#.]{6,24}  .*/s  .*"), line);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0.000",
    "0.5, 0.5000",
    "-0.012345, -0.0123",
    "0.00099, 9.90e-04",
    "1.23456, 1.235",
    "12.3456, 12.35",
    "99999, 99999",
    "123456, 1.23e+05",
    "NaN, NaN"
  })
  void numbersForPeople(double x, String text) {
    assertEquals(text, Progress.number(x));
  }

  @Test
  void ratesAndTimes() {
    assertEquals(
        List.of("0.5000", "999.0", "1.00k", "12.3k", "999k", "1.0M", "12.3M"),
        List.of(0.5, 999.0, 1000.0, 12_345.0, 999_400.0, 999_600.0, 12_345_678.0).stream()
            .map(Progress::rate)
            .toList());
    assertEquals("0:00", Progress.time(-3));
    assertEquals("1:05", Progress.time(64.6));
    assertEquals("2:03:09", Progress.time(7389));
  }

  @Test
  void timeLeftIsNeverMoreThanTheTimeGiven() {
    Progress p = progress(false, 80, StandardCharsets.UTF_8);
    p.on(new Event.Started(0, 1_000_000, 100, 60), NOBODY);
    now.set(10_000_000_000L);
    p.on(new Event.Stepped(10, 0, 1, numbers("loss", 1)), NOBODY);
    assertTrue(text().endsWith("0:50 left\n"), text());
  }
}
