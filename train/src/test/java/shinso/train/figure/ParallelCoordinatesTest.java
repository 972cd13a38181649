package shinso.train.figure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static shinso.train.figure.LinesTest.assertMessage;

import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Lines across an axis for each number. */
class ParallelCoordinatesTest {
  private static final ParallelCoordinates TRIALS =
      Figure.parallelCoordinates("p", List.of("first", "second", "third"))
          .logarithms("rate", 0.001, 0.01, 0.1)
          .words("optimiser", List.of("sgd", "adam"), List.of("adam", "sgd", "adam"))
          .numbers("accuracy", 0.8, 0.9, 0.7);

  @Test
  void theDataIsKept() {
    assertEquals(List.of("first", "second", "third"), TRIALS.names());
    assertEquals(
        List.of("rate", "optimiser", "accuracy"),
        TRIALS.coordinates().stream().map(ParallelCoordinates.Coordinate::name).toList());
    assertEquals(List.of(1.0, 0.0, 1.0), TRIALS.coordinates().get(1).values());
    assertEquals(List.of("sgd", "adam"), TRIALS.coordinates().get(1).words());
    assertTrue(TRIALS.coordinates().getFirst().logarithmic());
    assertFalse(TRIALS.coordinates().getLast().logarithmic());
  }

  @Test
  void axesHaveTheirNumbersAndWords() {
    List<String> texts = FigureTest.texts(TRIALS);
    assertTrue(
        texts.containsAll(
            List.of(
                "rate", "0.001", "0.01", "0.1", "optimiser", "sgd", "adam", "accuracy", "0.80")),
        texts.toString());
    assertTrue(TRIALS.html().contains("second: rate 0.01, optimiser sgd, accuracy 0.9"));
  }

  /** A line for each thing, the best of which is the last and the thickest. */
  @Test
  void theBestIsDrawnOverTheOthers() {
    assertEquals(List.of("1.8", "1.8", "1.8"), widths(TRIALS));
    for (Lines.Best end : Lines.Best.values()) {
      assertEquals(List.of("1.8", "1.8", "3.4"), widths(TRIALS.best(end)));
    }
    // Of either end the good one has the bright colour.
    assertEquals(last(TRIALS.best(Lines.Best.LARGEST)), last(TRIALS.best(Lines.Best.SMALLEST)));
    assertFalse(
        first(TRIALS.best(Lines.Best.LARGEST)).equals(last(TRIALS.best(Lines.Best.LARGEST))));
  }

  private static List<MatchResult> lines(ParallelCoordinates figure) {
    return Pattern.compile("stroke:(#\\w{6})[^\"]*;stroke-width:([0-9.]+)")
        .matcher(figure.html())
        .results()
        .toList();
  }

  private static List<String> widths(ParallelCoordinates figure) {
    return lines(figure).stream().map(m -> m.group(2)).toList();
  }

  private static String first(ParallelCoordinates figure) {
    return lines(figure).getFirst().group(1);
  }

  private static String last(ParallelCoordinates figure) {
    return lines(figure).getLast().group(1);
  }

  @Test
  void whatHasNoPlaceIsDashedAndSaid() {
    ParallelCoordinates failed =
        Figure.parallelCoordinates("p", List.of("a", "b"))
            .logarithms("rate", 0, 1)
            .numbers("loss", 2, Double.NaN)
            .best(Lines.Best.SMALLEST);
    assertTrue(
        FigureTest.texts(failed).contains("2 things with a value that is not finite: dashed"));
    assertTrue(failed.html().contains("stroke-dasharray:4 4"));
    assertTrue(failed.html().contains("b: rate 1, loss NaN"));
  }

  @Test
  void wrongDataIsRefused() {
    assertMessage(
        "parallel coordinates 'p': 'x' has 2 values for 3 things", () -> TRIALS.numbers("x", 1, 2));
    assertMessage(
        "parallel coordinates 'p': there is already something named 'rate'; give each a name of its"
            + " own",
        () -> TRIALS.numbers("rate", 1, 2, 3));
    assertMessage(
        "parallel coordinates 'p': 'c' of 'w' is none of [a, b]",
        () -> TRIALS.words("w", List.of("a", "b"), List.of("a", "b", "c")));
  }
}
