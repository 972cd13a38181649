package shinso.zoo.recurrent;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import shinso.core.program.Program;
import shinso.core.program.Step;
import shinso.core.tensor.Tensor;
import shinso.nn.decode.BeamSearch;
import shinso.nn.decode.Hypothesis;
import shinso.nn.decode.NextToken;
import shinso.nn.model.Translator;
import shinso.train.data.DataException;
import shinso.train.data.text.TextPairs;
import shinso.train.data.text.TokenPairs;
import shinso.train.data.text.Vocabulary;

/**
 * An encoder and a decoder of texts: characters or words become numbers, and numbers become texts.
 *
 * @param network the model of tokens
 * @param code the tokens
 * @param search writes, by beam search
 */
public record Seq2Seq(EncoderDecoder network, Code code, Search search) implements Translator {
  /**
   * The tokens that texts are made of, and how many of them a text has.
   *
   * @param source the tokens of sources
   * @param target the tokens of targets
   * @param longestSource the most tokens of a source
   * @param longestTarget the most tokens of a target, its end mark included
   */
  public record Code(Vocabulary source, Vocabulary target, int longestSource, int longestTarget) {
    /**
     * Returns the numbers of a source's tokens; those of unknown words are {@link
     * Vocabulary#UNKNOWN}.
     *
     * @throws DataException if there are none or too many of them, or a character is unknown
     */
    int[] encode(String text) {
      int[] tokens =
          source.unit() == Vocabulary.Unit.CHARACTER
              ? source.encodeKnown(text)
              : source.encode(text);
      if (tokens.length == 0) {
        throw new DataException("there is nothing to translate in an empty text; leave it out");
      }
      if (tokens.length > longestSource) {
        throw new DataException(
            String.format(
                Locale.ROOT,
                "'%s' has %,d %ss; the model was trained on texts of at most %,d: cut it into parts",
                text.length() > 40 ? text.substring(0, 40) + "…" : text,
                tokens.length,
                source.unit().name().toLowerCase(Locale.ROOT),
                longestSource));
      }
      return tokens;
    }

    /** Returns pairs as numbers. */
    TokenPairs pairs(String description, List<TextPairs.Pair> pairs) {
      return TokenPairs.of(description, pairs, source, target);
    }
  }

  /**
   * How texts are written.
   *
   * @param width of the beam; 1 is greedy
   * @param lengthPower α, by which power of its length a text's log p is divided
   */
  public record Beam(int width, double lengthPower) {}

  /** The programs that read and write; they are compiled once for each number of texts. */
  static final class Search {
    private static final int TOGETHER = 50;

    private final Program reading;
    private final BeamSearch writing;

    Search(EncoderDecoder network, int longest, Beam beam) {
      this.reading =
          Program.compile((tokens, lengths) -> {
            NextToken.Start s = network.read(tokens, lengths);
            return Step.outputs(
                    Stream.of(List.of(s.token()), s.state(), s.given())
                        .flatMap(List::stream)
                        .toArray(Tensor[]::new))
                .metric("parts", Tensor.scalar(s.state().size()));
          });
      this.writing =
          BeamSearch.of(network, beam.width, EncoderDecoder.END, longest)
              .lengthPower(beam.lengthPower);
    }

    /** Returns what is written for sources {@code [n, s]} of lengths {@code [n]}. */
    List<Hypothesis> write(Tensor tokens, Tensor lengths) {
      Program.Result read = reading.run(tokens, lengths);
      List<Tensor> out = read.outputs();
      int given = 1 + (int) read.metric("parts").item();
      return writing.decode(
          new NextToken.Start(
              out.getFirst(), out.subList(1, given), out.subList(given, out.size())));
    }
  }

  /** Returns a model of texts. */
  public static Seq2Seq of(EncoderDecoder network, Code code, Beam beam) {
    return new Seq2Seq(network, code, new Search(network, code.longestTarget, beam));
  }

  /** Returns this with another beam. */
  public Seq2Seq with(Beam beam) {
    return of(network, code, beam);
  }

  /**
   * Returns what is written for each text. One that doesn't come to its end is cut off.
   *
   * @throws DataException if a text is empty, longer than those that were trained on, or has a
   *     character that is not known
   */
  @Override
  public List<String> translate(List<String> texts) {
    List<int[]> sources = texts.stream().map(code::encode).toList();
    List<String> written = new ArrayList<>();
    for (int from = 0; from < sources.size(); from += Search.TOGETHER) {
      List<int[]> some = sources.subList(from, Math.min(from + Search.TOGETHER, sources.size()));
      int[] lengths = some.stream().mapToInt(s -> s.length).toArray();
      int[] tokens = new int[some.size() * code.longestSource];
      IntStream.range(0, some.size())
          .forEach(
              i -> System.arraycopy(some.get(i), 0, tokens, i * code.longestSource, lengths[i]));
      search
          .write(
              Tensor.of(tokens, some.size(), code.longestSource),
              Tensor.of(lengths, lengths.length))
          .forEach(h -> written.add(code.target.decode(h.tokens())));
    }
    return Collections.unmodifiableList(written);
  }

  /**
   * Where the network looks while it writes.
   *
   * @param source the tokens of the source
   * @param target the tokens of the target, the end mark at its end
   * @param weights of each token of the target for each of the source
   */
  public record Looks(List<String> source, List<String> target, double[][] weights) {}

  /**
   * Returns where in a source the network looks while it writes a target.
   *
   * @throws IllegalStateException if it has no attention
   * @throws DataException as {@link #translate}
   */
  public Looks looks(String source, String target) {
    int[] from = code.encode(source);
    TokenPairs pair = code.pairs("a pair", List.of(new TextPairs.Pair(source, target)));
    List<Tensor> batch = pair.whole();
    int written = pair.longestTarget();
    double[] all = network.attention(batch).toDoubleArray();
    double[][] weights = new double[written][from.length];
    for (int i = 0; i < written; i++) {
      System.arraycopy(all, i * from.length, weights[i], 0, from.length);
    }
    int[] to = batch.getLast().toIntArray();
    return new Looks(
        IntStream.of(from).mapToObj(code.source::token).toList(),
        IntStream.of(to).mapToObj(code.target::token).toList(),
        weights);
  }
}
