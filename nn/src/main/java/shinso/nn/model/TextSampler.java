package shinso.nn.model;

import java.util.List;
import org.jspecify.annotations.Nullable;
import shinso.core.random.Rng;

/** Makes up how texts go on. */
public interface TextSampler {
  /**
   * How the next token is chosen among those that may follow.
   *
   * @param temperature T; tokens are drawn from softmax(z / T), so that those that are improbable
   *     become more probable above 1 and less probable below
   * @param top of how many of the most probable tokens one is drawn, 1 for the most probable one;
   *     null for all
   */
  record Choice(double temperature, @Nullable Integer top) {
    /** Draws from what the model says: temperature 1, all tokens. */
    public static final Choice AS_IT_IS = new Choice(1, null);
  }

  /**
   * Returns what a text begins with when nothing is asked for, such as a line end; may be empty.
   */
  String opening();

  /**
   * Returns texts that begin with a prompt and go on with what the model makes up.
   *
   * @param prompt what has been written so far
   * @param count how many texts
   * @param length how many tokens are added to each
   */
  List<String> continuations(String prompt, int count, int length, Choice choice, Rng rng);
}
