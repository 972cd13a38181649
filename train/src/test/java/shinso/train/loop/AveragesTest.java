package shinso.train.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import shinso.core.program.Step;
import shinso.core.tensor.Tensor;

/** Means of means. */
final class AveragesTest {
  private static Map<String, Tensor> metrics(double perToken, double tokens, double perExample) {
    return Step.of(List.of())
        .metric("perplexity loss", Tensor.scalar(perToken), Tensor.scalar(tokens))
        .metric("error", Tensor.scalar(perExample))
        .metrics();
  }

  /** 3 tokens of 1.5 and 9 of 0.5 have the mean 0.75, though both batches have two examples. */
  @Test
  void aMeanOverTokensIsWeightedByTokens() {
    Averages averages = new Averages();
    averages.add(metrics(1.5, 3, 1), 2);
    averages.add(metrics(0.5, 9, 0), 2);
    assertEquals(Map.of("perplexity loss", 0.75, "error", 0.5), averages.scalars());
  }

  /** A batch without tokens has no mean, and doesn't count. */
  @Test
  void nothingCountsForNothing() {
    Averages averages = new Averages();
    averages.add(metrics(Double.NaN, 0, 1), 2);
    averages.add(metrics(0.5, 4, 0), 2);
    assertEquals(0.5, averages.scalars().get("perplexity loss"));
  }

  @Test
  void sumsSurviveACheckpoint() {
    Averages averages = new Averages();
    averages.add(metrics(1.5, 3, 1), 2);
    Map<String, String> notes = new LinkedHashMap<>();
    averages.save("average.", notes);
    Averages restored = new Averages();
    restored.restore("average.", notes);
    restored.add(metrics(0.5, 9, 0), 2);
    assertEquals(Map.of("perplexity loss", 0.75, "error", 0.5), restored.scalars());
  }
}
