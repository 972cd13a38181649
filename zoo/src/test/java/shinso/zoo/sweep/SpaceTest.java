package shinso.zoo.sweep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import shinso.core.random.Rng;
import shinso.zoo.harness.Budget;
import shinso.zoo.harness.UsageException;

/** Which settings trials have. */
class SpaceTest {
  private static Map<String, String> texts(String... pairs) {
    Map<String, String> texts = new LinkedHashMap<>();
    for (String pair : pairs) {
      texts.put(pair.split("=")[0], pair.split("=")[1]);
    }
    return texts;
  }

  private static Space space(String... pairs) {
    return Space.parse(Tuned.RECIPE, Budget.SMOKE, texts(pairs));
  }

  private static Dimension only(String pair) {
    return space(pair).dimensions().getFirst();
  }

  @Test
  void rangesReachFromOneEndToTheOther() {
    Dimension rate = only("rate=1e-4:1e-2:log");
    assertEquals(List.of("1.0E-4", "0.001", "0.01"), rate.grid(3));
    assertEquals("1.0E-4", rate.at(0));
    assertEquals("0.001", rate.at(0.5));
    assertEquals("0.01", rate.at(Math.nextDown(1.0)));
    Dimension dropout = only("dropout=0.1:0.5");
    assertEquals(List.of("0.1", "0.3", "0.5"), dropout.grid(3));
    assertEquals("0.2", dropout.at(0.25));
    // Four digits, but none beyond the ends.
    assertEquals("0.2333", dropout.at(1.0 / 3));
    assertEquals("0.12341", only("dropout=0.12341:0.5").at(0));
  }

  @Test
  void integersHaveEqualShares() {
    Dimension hidden = only("hidden=3:6");
    assertEquals(4, hidden.size());
    List<String> drawn = IntStream.range(0, 8).mapToObj(i -> hidden.at((i + 0.5) / 8)).toList();
    assertEquals(List.of("3", "3", "4", "4", "5", "5", "6", "6"), drawn);
    assertEquals(List.of("3", "4", "5", "6"), hidden.grid(4));
    assertEquals(List.of("3", "4", "5", "6"), hidden.grid(100));
    Dimension log = only("hidden=1:100:log");
    assertEquals("1", log.at(0));
    assertEquals("100", log.at(Math.nextDown(1.0)));
    assertEquals("10", log.at(0.5));
  }

  @Test
  void oneValueIsTheSameForAll() {
    Space space = space("epochs=3", "rule=adam", "hidden=8,16");
    assertEquals(Map.of("epochs", "3", "rule", "adam"), space.fixed());
    assertEquals(1, space.dimensions().size());
    assertEquals(2, space.size());
  }

  @Test
  void aGridHasEveryCombinationOnce() {
    List<Map<String, String>> grid = space("hidden=8,16", "dropout=0,0.3,0.5").grid(0);
    assertEquals(6, new HashSet<>(grid).size());
    assertEquals(Map.of("hidden", "8", "dropout", "0"), grid.getFirst());
    assertEquals(Map.of("hidden", "8", "dropout", "0.3"), grid.get(1));
    // Twelve trials have room for three by two by two.
    List<Map<String, String>> cut = space("hidden=8,16,32", "dropout=0:0.5", "rate=0.1:1").grid(12);
    assertEquals(12, new HashSet<>(cut).size());
  }

  @Test
  void randomPointsAreDifferentAndBeginAlike() {
    Space space = space("rate=1e-4:1e-2:log", "dropout=0,0.3,0.5");
    List<Map<String, String>> few = space.random(10, Rng.of(3));
    assertEquals(few, space.random(30, Rng.of(3)).subList(0, 10));
    assertEquals(10, new HashSet<>(few).size());
    for (Map<String, String> point : few) {
      double rate = Double.parseDouble(point.getOrDefault("rate", ""));
      assertTrue(rate >= 1e-4 && rate <= 1e-2, point.toString());
    }
    // There are six.
    assertEquals(
        6, new HashSet<>(space("hidden=8,16", "dropout=0,0.3,0.5").random(50, Rng.of(1))).size());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "rat=1:2 | the recipe tuned has no setting 'rat' (did you mean rate?); it has",
        "rate=fast:2 | the setting rate is a number from 0 to 1000, not 'fast'",
        "rate=1:2000 | the setting rate is a number from 0 to 1000, not '2000'",
        "rate=0.1:1:lin | '0.1:1:lin' is no range of the setting rate; write LOW:HIGH or"
            + " LOW:HIGH:log",
        "rate=1: | the setting rate is a number from 0 to 1000, not ''",
        "rate=1:0.1 | the range '1:0.1' of the setting rate doesn't go up; write the smaller number"
            + " first",
        "rate=0:1:log | the logarithmic range '0:1:log' of the setting rate begins at 0; it needs a"
            + " start above 0",
        "hidden=1.5:3 | the setting hidden is a whole number from 1 to 1,000,000, not '1.5'",
        "hidden=8,x | the setting hidden is a whole number from 1 to 1,000,000, not 'x'",
        "hidden=8,16,8 | the values '8,16,8' of the setting hidden have 8 twice; list each once",
        "train=10:all | a range of the setting train ends at numbers, not at 'all'",
        "rule=a:b | the setting rule is adam or broken, which has no ranges such as 'a:b'; list"
            + " values, as in --set rule=a,b",
        "rule=adam,sgd | the setting rule is adam or broken, not 'sgd'",
        "epochs=3 | a sweep needs a setting that differs, such as --set rate=1e-4:1e-2:log or --set"
            + " epochs=1,2,4; shinso list tuned shows the settings",
      })
  void whatIsWrongIsNamed(String pair, String message) {
    String said = assertThrows(UsageException.class, () -> space(pair)).getMessage();
    assertTrue(said.startsWith(message), said);
  }

  @Test
  void gridsThatDontFitAreRefused() {
    assertEquals(
        "a grid over the range of rate needs --trials N, the number of its points; or list values",
        assertThrows(UsageException.class, () -> space("rate=0.1:1").grid(0)).getMessage());
    assertEquals(
        "a grid of 5 trials has no room for two values of each range; it needs --trials 6",
        assertThrows(UsageException.class, () -> space("rate=0.1:1", "hidden=8,16,32").grid(5))
            .getMessage());
    assertEquals(
        "the grid has 6 points, more than --trials 5; list fewer values, or take --method random",
        assertThrows(UsageException.class, () -> space("hidden=8,16", "dropout=0,0.3,0.5").grid(5))
            .getMessage());
  }
}
