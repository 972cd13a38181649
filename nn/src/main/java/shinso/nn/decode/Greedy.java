package shinso.nn.decode;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import shinso.core.program.Step;
import shinso.core.tensor.Tensor;

/** Takes the most probable token each time; of equal ones the first. */
public final class Greedy {
  private final int end;
  private final int limit;
  private final SearchStep step;

  private Greedy(NextToken model, int end, int limit) {
    this.end = end;
    this.limit = limit;
    this.step =
        new SearchStep((in, state, given) -> {
          NextToken.Next next = model.next(in.getFirst(), state, given);
          Tensor token = next.logits().argmax(-1); // [n]
          Tensor logP = next.logits().logSoftmax(-1).max(-1); // [n]
          return Step.outputs(
              Stream.concat(Stream.of(token, logP), next.state().stream()).toArray(Tensor[]::new));
        });
  }

  /**
   * Returns a decoder.
   *
   * @param model says what comes next
   * @param end the token that ends a sequence
   * @param limit the number of steps after which sequences are cut off, at least 1
   */
  public static Greedy of(NextToken model, int end, int limit) {
    BeamSearch.requireLimits(end, limit);
    return new Greedy(model, end, limit);
  }

  /** Returns a sequence for each start. */
  public List<Hypothesis> decode(NextToken.Start start) {
    int n = start.size();
    int[][] tokens = new int[n][limit];
    int[] lengths = new int[n];
    double[] logP = new double[n];
    boolean[] isEnded = new boolean[n];
    Tensor token = start.token();
    List<Tensor> state = start.state();
    for (int i = 0; i < limit && !all(isEnded); i++) {
      List<Tensor> out = step.run(List.of(token), state, start.given());
      token = out.get(0);
      state = out.subList(2, out.size());
      int[] next = token.toIntArray();
      float[] p = out.get(1).toFloatArray();
      for (int s = 0; s < n; s++) {
        if (!isEnded[s]) {
          logP[s] += p[s];
          isEnded[s] = next[s] == end;
          if (!isEnded[s]) {
            tokens[s][lengths[s]++] = next[s];
          }
        }
      }
    }
    return IntStream.range(0, n)
        .mapToObj(s -> new Hypothesis(Arrays.copyOf(tokens[s], lengths[s]), logP[s], isEnded[s]))
        .toList();
  }

  private static boolean all(boolean[] flags) {
    for (boolean flag : flags) {
      if (!flag) {
        return false;
      }
    }
    return true;
  }
}
