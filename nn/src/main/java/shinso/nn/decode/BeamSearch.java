package shinso.nn.decode;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import shinso.core.program.Step;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;

/**
 * Keeps the most probable beginnings of a sequence and lengthens all of them by each token. One
 * that has come to the end mark leaves the beam, which is narrower by it from then on; the search
 * is over when none is left. Of those that have ended, the one with the best {@link
 * Hypothesis#score log p / lengthᵅ} is the answer.
 *
 * <p>A beam of 1 is {@link Greedy}; a beam as wide as there are beginnings finds the best sequence
 * of all.
 *
 * <p>Source: Sutskever, Vinyals and Le, "Sequence to sequence learning with neural networks"
 * (2014), section 3.2; Graves, "Sequence transduction with recurrent neural networks" (2012),
 * section 2.5, and Cho et al., "On the properties of neural machine translation" (2014), section
 * 4.2.1, for the division by the length.
 */
public final class BeamSearch {
  private final int width;
  private final int end;
  private final int limit;
  private final double alpha;
  private final SearchStep step;

  private BeamSearch(int width, int end, int limit, double alpha, SearchStep step) {
    this.width = width;
    this.end = end;
    this.limit = limit;
    this.alpha = alpha;
    this.step = step;
  }

  /**
   * Returns a search by log p.
   *
   * @param model says what comes next
   * @param width how many beginnings are kept, at least 1
   * @param end the token that ends a sequence
   * @param limit the number of steps after which sequences are cut off, at least 1
   */
  public static BeamSearch of(NextToken model, int width, int end, int limit) {
    requireLimits(end, limit);
    if (width < 1) {
      throw new IllegalArgumentException("a beam is at least 1 wide, not " + width);
    }
    return new BeamSearch(
        width,
        end,
        limit,
        0,
        new SearchStep((in, state, given) ->
            step(width, in.get(1), in.get(2), model.next(in.getFirst(), state, given))));
  }

  static void requireLimits(int end, int limit) {
    if (end < 0 || limit < 1) {
      throw new IllegalArgumentException(
          "decoding: the end mark is a token and there is at least 1 step, not %d and %d"
              .formatted(end, limit));
    }
  }

  /** Returns this with sequences ordered by log p / lengthᵅ; 0 is by log p, 1 by its mean. */
  public BeamSearch lengthPower(double alpha) {
    if (!(alpha >= 0 && alpha < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "beam search: the power of the length is finite and not negative, not " + alpha);
    }
    return new BeamSearch(width, end, limit, alpha, step);
  }

  /**
   * One step of n searches.
   *
   * @param logP of the beginnings, −∞ where there is none: {@code [n, width]}
   * @param places how many of them may go on, {@code [n]}
   * @param next what the model says, {@code [n width, *]}
   * @return tokens {@code [n width]}, which beginnings they lengthen and their log-probabilities
   *     {@code [n, width]}, then the state
   */
  private static Step step(int width, Tensor logP, Tensor places, NextToken.Next next) {
    int n = logP.shape().dim(0);
    int tokens = next.logits().shape().dim(-1);
    Tensor all =
        next.logits()
            .logSoftmax(-1) // [n width, tokens]
            .reshape(n, width, tokens)
            .add(logP.unsqueeze(2))
            .reshape(n, width * tokens);
    Tensor.TopK best = all.topK(width); // [n, width]
    Tensor token = best.indices().mod(tokens);
    Tensor from = best.indices().div(Tensor.constant(tokens, DType.I32)); // [n, width]
    Tensor free = Tensor.iota(width).less(places.unsqueeze(1)); // [n, width]
    Tensor kept = Tensor.select(free.cast(DType.F32), best.values(), Double.NEGATIVE_INFINITY);
    Tensor rows = from.add(Tensor.iota(n).mul(Tensor.constant(width, DType.I32)).unsqueeze(1));
    Stream<Tensor> state =
        next.state().stream().map(part -> part.gather(0, rows.reshape(n * width)));
    return Step.outputs(
        Stream.concat(Stream.of(token.reshape(n * width), from, kept), state)
            .toArray(Tensor[]::new));
  }

  /** A beginning, as the token behind a shorter one. */
  private record Beginning(int token, @Nullable Beginning before, int length) {
    Hypothesis hypothesis(double logP, boolean isEnded) {
      int[] tokens = new int[length];
      int i = length;
      for (Beginning b = this; b != null && b.length > 0; b = b.before) {
        tokens[--i] = b.token;
      }
      return new Hypothesis(tokens, logP, isEnded);
    }
  }

  /** The search for one sequence. */
  private final class Beam {
    private List<Beginning> live = List.of();
    private final List<Hypothesis> ended = new ArrayList<>();
    private final double[] logP = new double[width];

    Beam(Beginning empty) {
      live = new ArrayList<>();
      for (int k = 0; k < width; k++) {
        live.add(empty);
        logP[k] = k == 0 ? 0 : Double.NEGATIVE_INFINITY;
      }
    }

    int places() {
      return width - ended.size();
    }

    boolean isOver() {
      for (double p : logP) {
        if (p > Double.NEGATIVE_INFINITY) {
          return false;
        }
      }
      return true;
    }

    void goOn(int beam, int[] tokens, int[] from, float[] values) {
      List<Beginning> next = new ArrayList<>();
      for (int k = 0; k < width; k++) {
        int at = beam * width + k;
        Beginning before = live.get(from[at]);
        Beginning longer = new Beginning(tokens[at], before, before.length + 1);
        next.add(longer);
        logP[k] = values[at];
        if (tokens[at] == end && values[at] > Float.NEGATIVE_INFINITY) {
          ended.add(before.hypothesis(values[at], true));
          logP[k] = Double.NEGATIVE_INFINITY;
        }
      }
      live = next;
    }

    /** Returns those that have ended, the best first, then those that were cut off. */
    List<Hypothesis> found() {
      List<Hypothesis> all = new ArrayList<>(ended);
      for (int k = 0; k < width; k++) {
        if (logP[k] > Double.NEGATIVE_INFINITY) {
          all.add(live.get(k).hypothesis(logP[k], false));
        }
      }
      all.sort(
          Comparator.comparing(Hypothesis::isEnded)
              .reversed()
              .thenComparing(Comparator.comparingDouble(h -> -h.score(alpha))));
      return List.copyOf(all);
    }
  }

  /** Returns the best sequence for each start; one that was cut off only if none has ended. */
  public List<Hypothesis> decode(NextToken.Start start) {
    return search(start).stream().map(List::getFirst).toList();
  }

  /** Returns what was found for each start: those that have ended, the best first, then others. */
  public List<List<Hypothesis>> search(NextToken.Start start) {
    int n = start.size();
    Beginning empty = new Beginning(end, null, 0);
    List<Beam> beams = new ArrayList<>();
    for (int s = 0; s < n; s++) {
      beams.add(new Beam(empty));
    }
    Tensor token = repeat(start.token());
    List<Tensor> state = start.state().stream().map(this::repeat).toList();
    List<Tensor> given = start.given().stream().map(this::repeat).toList();
    for (int i = 0; i < limit && !beams.stream().allMatch(Beam::isOver); i++) {
      float[] logP = new float[n * width];
      int[] places = new int[n];
      for (int s = 0; s < n; s++) {
        places[s] = beams.get(s).places();
        for (int k = 0; k < width; k++) {
          logP[s * width + k] = (float) beams.get(s).logP[k];
        }
      }
      List<Tensor> in = List.of(token, Tensor.of(logP, n, width), Tensor.of(places, n));
      List<Tensor> out = step.run(in, state, given);
      token = out.getFirst();
      state = out.subList(3, out.size());
      int[] tokens = token.toIntArray();
      int[] from = out.get(1).toIntArray();
      float[] values = out.get(2).toFloatArray();
      for (int s = 0; s < n; s++) {
        beams.get(s).goOn(s, tokens, from, values);
      }
    }
    return beams.stream().map(Beam::found).toList();
  }

  /** Each row as often as the beam is wide: {@code [n, *] -> [n width, *]}. */
  private Tensor repeat(Tensor x) {
    Shape s = x.shape();
    return x.unsqueeze(1).tile(1, width).reshape(s.with(0, s.dim(0) * width)).evaluate();
  }
}
