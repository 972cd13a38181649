package shinso.zoo.recurrent;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import shinso.core.program.Program;
import shinso.core.program.Step;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;
import shinso.nn.init.Initializer;
import shinso.nn.layer.Embedding;
import shinso.nn.layer.Network;
import shinso.nn.layer.Pass;
import shinso.nn.layer.Recurrent;

/**
 * Recurrent language model: what token comes next, given all before it.
 *
 * <pre>
 * p(x₁ … x_n) = Π_t p(x_t | x₁ … x_{t−1})
 * h_t = layers(E x_t, h_{t−1})
 * p(x_{t+1} | x₁ … x_t) = softmax(V h_t + c)
 * </pre>
 *
 * <p>Dropout is between layers and never from step to step. Sources: Mikolov, Karafiát, Burget,
 * Černocký and Khudanpur, "Recurrent neural network based language model" (2010); Graves,
 * "Generating sequences with recurrent neural networks" (2013); Zaremba, Sutskever and Vinyals,
 * "Recurrent neural network regularization" (2014).
 *
 * @param embedding E, a vector for each token
 * @param network the layers and the softmax's logits, {@code [b, time, e] -> [b, time, tokens]}
 */
public record LanguageModel(Embedding embedding, Network network) {
  /**
   * The sizes of a model.
   *
   * @param cell the kind of its layers
   * @param embedding the length of a token's vector
   * @param hidden the units of each layer
   * @param layers how many layers lie on each other
   * @param dropout the probability with which what goes up from layer to layer is dropped
   */
  public record Config(Cell cell, int embedding, int hidden, int layers, double dropout) {}

  /** Returns a model of so many tokens with drawn weights. */
  public static LanguageModel of(int tokens, Config config, Rng rng) {
    Initializer normal = Initializer.normal(1 / Math.sqrt(config.embedding));
    Network.Builder net = Network.of(1, config.embedding);
    for (int layer = 0; layer < config.layers; layer++) {
      net = config.cell.append(net, config.hidden).dropout(config.dropout);
    }
    return new LanguageModel(
        Embedding.of(tokens, config.embedding, normal, rng.split("embedding")),
        net.dense(tokens).build(rng.split("network")));
  }

  /** Returns how many tokens there are. */
  public int tokens() {
    return embedding.weight().shape().dim(0);
  }

  /**
   * Returns the logits of the tokens that come next, and the state after the last step.
   *
   * @param x I32 {@code [b, time]}
   * @param state what the first step starts from, or null for zeros
   */
  public Recurrent.Output run(Tensor x, @Nullable List<Tensor> state, Pass pass) {
    return network.run(embedding.forward(x, pass), state, pass); // [b, time, tokens]
  }

  /** Returns the same for one step, I32 {@code [b]}. */
  public Recurrent.Output step(Tensor x, @Nullable List<Tensor> state, Pass pass) {
    return network.step(embedding.forward(x, pass), state, pass); // [b, tokens]
  }

  /**
   * Returns Σ_t log p(x_t | x₁ … x_{t−1}) of each sequence, its first token being given: {@code [b,
   * time] -> [b]}.
   */
  public Tensor logProbability(Tensor x) {
    int time = x.shape().dim(1);
    Tensor logP = run(x.slice(1, 0, time - 1), null, Pass.inference()).output().logSoftmax(-1);
    Tensor next = x.slice(1, 1, time).oneHot(tokens()); // [b, time − 1, tokens]
    return Tensor.select(next, logP, 0).sum(1, 2);
  }

  /**
   * Returns drawn sequences that go on after a prompt. One program makes all steps, those of the
   * prompt included.
   *
   * @param prompt what comes before, at least one token
   * @param count how many sequences
   * @param length how many tokens are drawn for each
   * @param choice makes the logits {@code [count, tokens]} that are drawn from of the model's
   */
  public int[][] sample(
      int[] prompt, int count, int length, UnaryOperator<Tensor> choice, Rng rng) {
    Program step =
        Program.of((in, key) -> {
          Recurrent.Output next = step(in.getFirst(), in.subList(1, in.size()), Pass.inference());
          List<Tensor> out = new ArrayList<>(List.of(choice.apply(next.output()).categorical(key)));
          out.addAll(next.state());
          return Step.outputs(out.toArray(Tensor[]::new));
        });
    int[][] drawn = new int[count][length];
    List<Tensor> memory = network.zeroState(count);
    Tensor token = Tensor.zeros(count);
    for (int t = 0; t < prompt.length + length - 1; t++) {
      if (t < prompt.length) {
        int[] given = new int[count];
        Arrays.fill(given, prompt[t]);
        token = Tensor.of(given, count);
      }
      List<Tensor> in = new ArrayList<>(List.of(token));
      in.addAll(memory);
      List<Tensor> out = step.run(rng.split(t), in.toArray(Tensor[]::new)).outputs();
      token = out.getFirst();
      memory = out.subList(1, out.size());
      int[] next = token.toIntArray();
      for (int i = 0; t >= prompt.length - 1 && i < count; i++) {
        drawn[i][t - prompt.length + 1] = next[i];
      }
    }
    return drawn;
  }
}
