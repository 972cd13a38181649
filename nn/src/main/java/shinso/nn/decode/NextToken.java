package shinso.nn.decode;

import java.util.List;
import shinso.core.tensor.Tensor;

/**
 * Says what comes next in sequences, one token at a time: {@code p(y_i | y_1 … y_{i−1}, x)}, given
 * y_{i−1} and a state that stands for all before it.
 */
@FunctionalInterface
public interface NextToken {
  /**
   * What is said of the next tokens.
   *
   * @param logits of all tokens, {@code [n, tokens]}
   * @param state what to go on from, in the shapes of the state that was given
   */
  record Next(Tensor logits, List<Tensor> state) {
    /** Keeps a copy. */
    public Next {
      state = List.copyOf(state);
    }
  }

  /**
   * What sequences begin with.
   *
   * @param token the first input of each, such as a mark, I32 {@code [n]}
   * @param state what the first step starts from, each part {@code [n, *]}
   * @param given what all steps look at and none changes, such as a sequence that is translated,
   *     each part {@code [n, *]}
   */
  record Start(Tensor token, List<Tensor> state, List<Tensor> given) {
    /** Keeps copies. */
    public Start {
      state = List.copyOf(state);
      given = List.copyOf(given);
    }

    /** Returns the number of sequences. */
    public int size() {
      return token.shape().dim(0);
    }
  }

  /**
   * Returns what comes next; called while a program is traced.
   *
   * @param token the last token of each sequence, I32 {@code [n]}
   * @param state what the step before gave, each part {@code [n, *]}
   * @param given what stays the same, each part {@code [n, *]}
   */
  Next next(Tensor token, List<Tensor> state, List<Tensor> given);
}
