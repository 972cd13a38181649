package shinso.zoo.recurrent;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Attention;
import shinso.nn.layer.Dense;
import shinso.nn.layer.Last;
import shinso.nn.layer.Maxout;
import shinso.nn.layer.Pass;
import shinso.nn.layer.Recurrent;

/**
 * How the tokens of a target come out of a source that was read: four ways, as they were published.
 * With the last token's vector y_{i−1} and the state s_{i−1},
 *
 * <pre>
 * FromState                 s₀ = the encoder's last state    s_i = f(y_{i−1}, s_{i−1})
 * FromContext, summary      s₀ = tanh(V c), c = h_S          s_i = f((y_{i−1}, c), s_{i−1})
 * FromContext, attention    s₀ = tanh(V ←h₁)                 s_i = f((y_{i−1}, c_i), s_{i−1})
 *                                                            c_i by attention of s_{i−1}
 * Feeding                   s₀ = the encoder's last state    s_i = f((y_{i−1}, r_{i−1}), s_{i−1})
 *                                                            c_i by attention of s_i
 * </pre>
 *
 * <p>The features r_i of which the next token's logits are made follow from s_i and c_i.
 */
public sealed interface Decoder {
  /**
   * A source that was read.
   *
   * @param annotations h of all its tokens, {@code [b, s, d]}
   * @param state of the encoder after the last token, each part {@code [b, *]}
   * @param pass the lengths of the sources
   */
  record Source(Tensor annotations, List<Tensor> state, Pass pass) {
    Tensor mask() {
      Tensor lengths = pass.lengths();
      if (lengths == null) {
        throw new IllegalStateException("the sources' lengths are not in the pass");
      }
      return Recurrent.mask(lengths, annotations.shape().dim(1));
    }
  }

  /**
   * What decoding begins with.
   *
   * @param state what passes from token to token, each part {@code [b, *]}
   * @param given what each token looks at, each part {@code [b, *]}
   */
  record Start(List<Tensor> state, List<Tensor> given) {}

  /**
   * What a token gave.
   *
   * @param features r, {@code [b, *]}
   * @param state for the next token
   * @param attention α, where in the source it looked, {@code [b, s]}; null without attention
   */
  record Turn(Tensor features, List<Tensor> state, @Nullable Tensor attention) {}

  /** Returns what decoding begins with. */
  Start start(Source source);

  /** Takes the step behind a token's vector y, {@code [b, e]}. */
  Turn step(Tensor y, List<Tensor> state, List<Tensor> given, Pass pass);

  /**
   * Only the state passes: r_i = s_i. Sutskever, Vinyals and Le, "Sequence to sequence learning
   * with neural networks" (2014); the source is read from its end (section 3.3).
   *
   * @param cell f, with a state like the encoder's
   */
  record FromState(Recurrent cell) implements Decoder {
    @Override
    public Start start(Source source) {
      return new Start(source.state, List.of());
    }

    @Override
    public Turn step(Tensor y, List<Tensor> state, List<Tensor> given, Pass pass) {
      Recurrent.Output s = cell.step(y, state, pass);
      return new Turn(s.output(), s.state(), null);
    }
  }

  /**
   * Each step sees a context: r_i = max of pairs of U s_i + V y_{i−1} + C c_i. Without attention it
   * is the same summary of the source at all steps: Cho et al., "Learning phrase representations
   * using RNN encoder-decoder" (2014), appendix A.1. With it, it is another one at each step:
   * Bahdanau, Cho and Bengio, "Neural machine translation by jointly learning to align and
   * translate" (2015), appendix A.2.
   *
   * @param cell f
   * @param begin V for each part of the state, s₀ as the first query at the end
   * @param attention null for a summary
   * @param readout (U, V, C) and their bias
   */
  record FromContext(
      Recurrent cell, List<Dense> begin, @Nullable Attention attention, Dense readout)
      implements Decoder {
    private static final Maxout PAIRS = new Maxout(2);

    @Override
    public Start start(Source source) {
      Tensor h = source.annotations; // [b, s, d]
      if (attention == null) {
        Tensor c = new Last().forward(h, source.pass); // [b, d]
        return new Start(first(c), List.of(c));
      }
      int d = h.shape().dim(2);
      Tensor backward = h.at(1, 0).slice(1, d / 2, d); // ←h₁, which has seen all of the source
      Attention.Memory m = attention.memory(h, source.mask());
      return new Start(first(backward), List.of(m.annotations(), m.keys(), m.mask()));
    }

    private List<Tensor> first(Tensor summary) {
      return begin.stream().map(v -> v.forward(summary, Pass.inference()).tanh()).toList();
    }

    @Override
    public Turn step(Tensor y, List<Tensor> state, List<Tensor> given, Pass pass) {
      Tensor c = given.getFirst();
      Tensor weights = null;
      if (attention != null) {
        Attention.Found found = attention.look(state.getLast(), memory(given));
        c = found.context(); // [b, d]
        weights = found.weights();
      }
      List<Tensor> before = state.subList(0, state.size() - 1);
      Recurrent.Output s = cell.step(Tensor.concat(1, List.of(y, c)), before, pass);
      Tensor r = readout.forward(Tensor.concat(1, List.of(s.output(), y, c)), pass); // [b, 2 r]
      List<Tensor> next = Stream.concat(s.state().stream(), Stream.of(s.output())).toList();
      return new Turn(PAIRS.forward(r, pass), next, weights);
    }
  }

  /**
   * Attention behind the step, and what came out is fed to the next one: r_i = tanh(W (c_i, s_i)).
   * Luong, Pham and Manning, "Effective approaches to attention-based neural machine translation"
   * (2015), equations 5 to 7 and section 3.3.
   *
   * @param cell f, with a state like the encoder's
   * @param attention looks at the source
   * @param readout W
   */
  record Feeding(Recurrent cell, Attention attention, Dense readout) implements Decoder {
    @Override
    public Start start(Source source) {
      Attention.Memory m = attention.memory(source.annotations, source.mask());
      List<Tensor> state = new ArrayList<>(source.state);
      int features = readout.weight().shape().dim(1);
      Tensor like = source.annotations.at(1, 0).slice(1, 0, 1).zerosLike(); // [b, 1]
      state.add(like.tile(1, features)); // r₀ = 0
      return new Start(state, List.of(m.annotations(), m.keys(), m.mask()));
    }

    @Override
    public Turn step(Tensor y, List<Tensor> state, List<Tensor> given, Pass pass) {
      List<Tensor> before = state.subList(0, state.size() - 1);
      Tensor in = Tensor.concat(1, List.of(y, state.getLast()));
      Recurrent.Output s = cell.step(in, before, pass);
      Attention.Found found = attention.look(s.output(), memory(given));
      Tensor both = Tensor.concat(1, List.of(found.context(), s.output()));
      Tensor r = readout.forward(both, pass).tanh(); // [b, r]
      List<Tensor> next = Stream.concat(s.state().stream(), Stream.of(r)).toList();
      return new Turn(r, next, found.weights());
    }
  }

  private static Attention.Memory memory(List<Tensor> given) {
    return new Attention.Memory(given.get(0), given.get(1), given.get(2));
  }
}
