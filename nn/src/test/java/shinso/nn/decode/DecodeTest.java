package shinso.nn.decode;

import static org.junit.jupiter.api.Assertions.*;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;

class DecodeTest {
  private static final int TOKENS = 4;
  private static final int END = 0;
  private static final int LIMIT = 5;

  /**
   * A recurrent network with drawn weights whose state has two parts: what comes next depends on
   * all tokens before and on the input.
   */
  private record Drawn(Tensor embedding, Tensor recurrent, Tensor output, AtomicInteger traces)
      implements NextToken {
    static Drawn of(long seed) {
      Rng rng = Rng.of(seed);
      return new Drawn(
          Tensor.normal(rng.split("embedding"), TOKENS, 3).mul(1.5).evaluate(),
          Tensor.normal(rng.split("recurrent"), 3, 3).evaluate(),
          Tensor.normal(rng.split("output"), 3, TOKENS).mul(1.5).evaluate(),
          new AtomicInteger());
    }

    @Override
    public Next next(Tensor token, List<Tensor> state, List<Tensor> given) {
      traces.incrementAndGet();
      Tensor h =
          embedding
              .gather(0, token)
              .add(state.get(0).matmul(recurrent))
              .add(state.get(1))
              .add(given.getFirst())
              .tanh();
      return new Next(h.matmul(output), List.of(h, state.get(0).mul(0.5)));
    }

    /** Starts with END and inputs of their own. */
    Start start(int n, long seed) {
      return new Start(
          Tensor.zeros(n).cast(shinso.core.tensor.DType.I32),
          List.of(Tensor.zeros(n, 3), Tensor.zeros(n, 3)),
          List.of(Tensor.normal(Rng.of(seed).split("input"), n, 3)));
    }

    /** Returns log p of tokens, END included or not, one after another as the equations say. */
    double logP(Start start, int row, int... tokens) {
      List<Tensor> state = start.state().stream().map(s -> s.slice(0, row, row + 1)).toList();
      List<Tensor> given = start.given().stream().map(s -> s.slice(0, row, row + 1)).toList();
      int last = END;
      double sum = 0;
      for (int token : tokens) {
        Next next = next(Tensor.of(new int[] {last}, 1), state, given);
        sum += next.logits().logSoftmax(-1).toDoubleArray()[token];
        state = next.state().stream().map(Tensor::evaluate).toList();
        last = token;
      }
      return sum;
    }

    /** Returns all sequences that end within the limit. */
    List<Hypothesis> all(Start start, int row) {
      List<Hypothesis> all = new ArrayList<>();
      lengthen(start, row, new int[0], all);
      return all;
    }

    private void lengthen(Start start, int row, int[] tokens, List<Hypothesis> all) {
      int[] longer = Arrays.copyOf(tokens, tokens.length + 1);
      longer[tokens.length] = END;
      all.add(new Hypothesis(tokens, logP(start, row, longer), true));
      for (int t = 1; t < TOKENS && longer.length < LIMIT; t++) {
        longer[tokens.length] = t;
        lengthen(start, row, longer.clone(), all);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 0", "2, 0", "3, 1", "4, 0.6"})
  void aBeamThatHoldsAllIsExhaustiveSearch(long seed, double alpha) {
    Drawn model = Drawn.of(seed);
    NextToken.Start start = model.start(2, seed);
    int beginnings = (int) Math.pow(TOKENS, LIMIT);
    BeamSearch search = BeamSearch.of(model, beginnings, END, LIMIT).lengthPower(alpha);
    List<List<Hypothesis>> found = search.search(start);
    for (int row = 0; row < 2; row++) {
      List<Hypothesis> all = model.all(start, row);
      all.sort(Comparator.comparingDouble(h -> -h.score(alpha)));
      List<Hypothesis> ended = found.get(row).stream().filter(Hypothesis::isEnded).toList();
      assertEquals(all.size(), ended.size());
      for (int i = 0; i < all.size(); i++) {
        assertArrayEquals(all.get(i).tokens(), ended.get(i).tokens(), "seed " + seed);
        assertEquals(all.get(i).logProbability(), ended.get(i).logProbability(), 1e-5);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void aBeamOfOneIsGreedy(long seed) {
    Drawn model = Drawn.of(seed);
    NextToken.Start start = model.start(7, seed);
    List<Hypothesis> greedy = Greedy.of(model, END, LIMIT).decode(start);
    List<Hypothesis> beam = BeamSearch.of(model, 1, END, LIMIT).decode(start);
    for (int row = 0; row < 7; row++) {
      Hypothesis g = greedy.get(row);
      assertArrayEquals(g.tokens(), beam.get(row).tokens());
      assertEquals(g.isEnded(), beam.get(row).isEnded());
      assertEquals(g.logProbability(), beam.get(row).logProbability(), 1e-5);
      int[] all = Arrays.copyOf(g.tokens(), g.steps());
      assertEquals(model.logP(start, row, all), g.logProbability(), 1e-5);
      for (int i = 0; i < all.length; i++) {
        int[] begun = Arrays.copyOf(all, i + 1);
        double taken = model.logP(start, row, begun);
        for (int t = 0; t < TOKENS; t++) {
          begun[i] = t;
          assertTrue(model.logP(start, row, begun) <= taken + 1e-6, "seed " + seed);
        }
      }
    }
  }

  @Test
  void aWiderBeamNeverNeedsMoreTracesAndRowsDontTouchEachOther() {
    Drawn model = Drawn.of(9);
    NextToken.Start start = model.start(3, 9);
    BeamSearch search = BeamSearch.of(model, 4, END, LIMIT);
    List<List<Hypothesis>> together = search.search(start);
    for (int again = 0; again < 5; again++) {
      search.search(model.start(3, again));
    }
    assertEquals(1, model.traces.get());
    for (int row = 0; row < 3; row++) {
      int r = row;
      NextToken.Start one =
          new NextToken.Start(
              start.token().slice(0, r, r + 1),
              start.state().stream().map(s -> s.slice(0, r, r + 1)).toList(),
              start.given().stream().map(s -> s.slice(0, r, r + 1)).toList());
      List<Hypothesis> alone = search.search(one).getFirst();
      assertEquals(together.get(row).size(), alone.size());
      for (int i = 0; i < alone.size(); i++) {
        assertArrayEquals(together.get(row).get(i).tokens(), alone.get(i).tokens());
      }
    }
    assertEquals(2, model.traces.get());
    Drawn other = Drawn.of(9);
    Greedy greedy = Greedy.of(other, END, LIMIT);
    for (int again = 0; again < 5; again++) {
      greedy.decode(other.start(3, again));
    }
    assertEquals(1, other.traces.get());
  }

  @Test
  void aSequenceWithoutEndIsCutOff() {
    NextToken never =
        (token, state, given) ->
            new NextToken.Next(
                Tensor.of(new float[] {-1e9f, 1, 2}, 1, 3)
                    .broadcastTo(shinso.core.tensor.Shape.of(token.shape().dim(0), 3)),
                state);
    NextToken.Start start = new NextToken.Start(Tensor.of(new int[] {0}, 1), List.of(), List.of());
    Hypothesis h = Greedy.of(never, 0, 3).decode(start).getFirst();
    assertArrayEquals(new int[] {2, 2, 2}, h.tokens());
    assertFalse(h.isEnded());
    assertEquals(h.tokens().length, h.steps());
    Hypothesis b = BeamSearch.of(never, 2, 0, 3).decode(start).getFirst();
    assertArrayEquals(new int[] {2, 2, 2}, b.tokens());
    assertFalse(b.isEnded());
  }

  @Test
  void theLengthCountsAsTheFormulaSays() {
    Hypothesis h = new Hypothesis(new int[] {1, 2, 3}, -8, true);
    assertEquals(-8, h.score(0));
    assertEquals(-2, h.score(1));
    assertEquals(-4, h.score(0.5));
  }

  @Test
  void errorsSayWhatIsWrong() {
    Drawn model = Drawn.of(1);
    assertThrows(IllegalArgumentException.class, () -> BeamSearch.of(model, 0, END, 5));
    assertThrows(IllegalArgumentException.class, () -> BeamSearch.of(model, 1, END, 0));
    assertThrows(IllegalArgumentException.class, () -> Greedy.of(model, -1, 5));
    assertThrows(
        IllegalArgumentException.class,
        () -> BeamSearch.of(model, 1, END, 5).lengthPower(Double.NaN));
  }
}
