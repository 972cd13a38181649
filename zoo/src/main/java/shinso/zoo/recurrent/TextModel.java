package shinso.zoo.recurrent;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;
import shinso.nn.distribution.Categorical;
import shinso.nn.model.TextSampler;
import shinso.train.data.text.Vocabulary;
import shinso.zoo.harness.UsageException;

/**
 * A language model of texts.
 *
 * @param language the model of tokens
 * @param code the tokens that texts are made of
 */
public record TextModel(LanguageModel language, TextCode code) implements TextSampler {
  /**
   * Returns nothing for words, and for characters a line end, if there is one, or the first one.
   */
  @Override
  public String opening() {
    Vocabulary known = code.vocabulary();
    if (known.unit() == Vocabulary.Unit.WORD) {
      return "";
    }
    return known.id("\n") == Vocabulary.UNKNOWN ? known.token(Vocabulary.UNKNOWN + 1) : "\n";
  }

  /**
   * {@inheritDoc}
   *
   * @throws UsageException if the prompt is empty and tokens are characters, the temperature is not
   *     positive, or there are fewer tokens than are to be drawn from
   * @throws shinso.train.data.DataException if the prompt has an unknown character
   */
  @Override
  public List<String> continuations(String prompt, int count, int length, Choice choice, Rng rng) {
    int[] given = code.encodePrompt(prompt);
    if (given.length == 0) {
      throw new UsageException(
          "the model goes on with a text that has begun; give at least one character with"
              + " --prompt");
    }
    int[][] drawn = language.sample(given, count, length, logits(choice), rng);
    List<String> texts = new ArrayList<>();
    for (int[] tokens : drawn) {
      texts.add(code.decode(concat(given, tokens)));
    }
    return texts;
  }

  private static int[] concat(int[] a, int[] b) {
    return IntStream.concat(IntStream.of(a), IntStream.of(b)).toArray();
  }

  /** Returns how the logits of a choice are made of the model's. */
  private UnaryOperator<Tensor> logits(Choice choice) {
    int marks = code.marks().length;
    int possible = language.tokens() - marks;
    Integer top = choice.top();
    if (top != null && (top < 1 || top > possible)) {
      throw new UsageException(
          String.format(
              Locale.ROOT,
              "the model knows %,d %ss, of which the first 1 to %,d can be drawn from, not %,d",
              possible,
              code.vocabulary().unit().name().toLowerCase(Locale.ROOT),
              possible,
              top));
    }
    if (!(choice.temperature() > 0 && choice.temperature() < Double.POSITIVE_INFINITY)) {
      throw new UsageException(
          "a temperature is positive, not %s; for the most probable text draw from the first 1"
              .formatted(choice.temperature()));
    }
    float[] ruledOut = new float[language.tokens()];
    for (int mark : code.marks()) {
      ruledOut[mark] = Float.NEGATIVE_INFINITY;
    }
    Tensor mask = Tensor.of(ruledOut, ruledOut.length);
    return z -> {
      Categorical tempered = new Categorical(z.add(mask)).tempered(choice.temperature());
      return top == null ? tempered.logits() : tempered.top(top).logits();
    };
  }
}
