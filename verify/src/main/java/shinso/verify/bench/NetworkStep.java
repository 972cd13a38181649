package shinso.verify.bench;

import java.util.Arrays;
import java.util.List;
import shinso.core.autodiff.Autodiff;
import shinso.core.op.PoolSpec;
import shinso.core.program.Param;
import shinso.core.program.Program;
import shinso.core.program.Step;
import shinso.core.random.Rng;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Network;
import shinso.nn.layer.Parameters;
import shinso.nn.layer.Pass;
import shinso.nn.loss.Losses;
import shinso.nn.optim.Optimizer;

/** A classifier: the gradient of the cross-entropy of a batch, and the update. */
final class NetworkStep implements TrainingStep {
  private final Program program;
  private final Tensor x;
  private final Tensor labels;

  NetworkStep(Workload w) {
    Rng rng = Rng.of(0);
    Network net = network(w).build(rng.split("model"));
    int batch = w.batch();
    int classes = net.output().dim(-1);
    x = Tensor.uniform(rng.split("input"), Shape.of(batch).concat(net.input()).dims()).evaluate();
    int[] drawn = new int[batch];
    Arrays.setAll(drawn, i -> i % classes);
    labels = Tensor.of(drawn);
    Optimizer optimizer = w.optimizer("opt");
    List<Param> params = List.copyOf(Parameters.trainable(net).values());
    Pass pass = pass(w);
    program =
        Program.compile((Tensor in, Tensor t) -> {
          Tensor loss = Losses.softmaxCrossEntropy(net.forward(in, pass), t);
          return Step.of(optimizer.update(params, Autodiff.gradients(loss, params)))
              .metric("loss", loss);
        });
  }

  private static Pass pass(Workload w) {
    if (w.kind() != Workload.Kind.RNN || w.choice("lengths", "full", "mixed").equals("full")) {
      return Pass.inference();
    }
    int[] lengths = new int[w.batch()];
    Arrays.setAll(lengths, i -> 1 + i % w.size("steps"));
    return Pass.inference().withLengths(Tensor.of(lengths));
  }

  @Override
  public double run() {
    return program.run(x, labels).metric("loss").item();
  }

  private static Network.Builder network(Workload w) {
    return switch (w.kind()) {
      case MLP -> mlp(w);
      case CNN -> cnn(w);
      case RNN -> rnn(w);
      default -> throw new IllegalArgumentException(w.text() + " is not a network");
    };
  }

  private static Network.Builder mlp(Workload w) {
    int[] sizes = w.sizes("sizes", "-", 2);
    String act = w.choice("act", "relu", "tanh", "sigmoid");
    Network.Builder net = Network.of(sizes[0]);
    for (int i = 1; i < sizes.length; i++) {
      net.dense(sizes[i]);
      if (i + 1 < sizes.length) {
        switch (act) {
          case "relu" -> net.relu();
          case "tanh" -> net.tanh();
          default -> net.sigmoid();
        }
      }
    }
    return net;
  }

  private static Network.Builder rnn(Workload w) {
    Network.Builder net = Network.of(w.size("steps"), w.size("features"));
    int hidden = w.size("hidden");
    switch (w.choice("cell", "lstm", "gru", "rnn")) {
      case "lstm" -> net.lstm(hidden);
      case "gru" -> net.gru(hidden);
      default -> net.rnn(hidden);
    }
    return net.last().dense(w.size("classes"));
  }

  private static Network.Builder cnn(Workload w) {
    Network.Builder net = Network.of(w.sizes("input", "x", 3));
    boolean same = w.choice("pad", "valid", "same").equals("same");
    List<String> items = Arrays.asList(w.value("layers").split("-", -1));
    boolean flat = false;
    for (int i = 0; i < items.size(); i++) {
      String item = items.get(i);
      if (!item.matches("c[0-9]{1,6}k[0-9]{1,3}|[pd][0-9]{1,6}")) {
        throw new IllegalArgumentException(
            "workload '%s': '%s' is not a layer; write c32k3 for 32 filters of 3x3, p2 for pooling, d10 for dense"
                .formatted(w.text(), item));
      }
      int[] n = Arrays.stream(item.substring(1).split("k")).mapToInt(Integer::parseInt).toArray();
      switch (item.charAt(0)) {
        case 'c' -> net.conv(n[0], n[1], o -> same ? o.padding(n[1] / 2) : o).relu();
        case 'p' -> net.maxPool(PoolSpec.of(n[0]));
        default -> {
          if (!flat) {
            net.flatten();
            flat = true;
          }
          net.dense(n[0]);
          if (i + 1 < items.size()) {
            net.relu();
          }
        }
      }
    }
    return net;
  }
}
