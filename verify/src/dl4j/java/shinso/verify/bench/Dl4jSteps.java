package shinso.verify.bench;

import java.util.List;
import java.util.function.DoubleSupplier;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/** Times the steps of DL4J on the mlp and cnn workloads. */
public final class Dl4jSteps {
  private Dl4jSteps() {}

  /** Prints a JSON object for each workload; takes {@code --threads N --seconds S WORKLOAD…}. */
  public static void main(String[] args) {
    PeerProgram.run("dl4j", args, Dl4jSteps::step, System.out);
  }

  private static DoubleSupplier step(Workload w, int threads) {
    if (w.kind() != Workload.Kind.MLP && w.kind() != Workload.Kind.CNN) {
      throw new UnsupportedOperationException("no " + w.kind() + " in this peer");
    }
    // OMP_NUM_THREADS, which whoever starts this sets, says the same to OpenBLAS.
    Nd4j.getEnvironment().setMaxThreads(threads);
    Nd4j.getEnvironment().setMaxMasterThreads(threads);
    List<SizedLayer> layers = SizedLayer.of(w);
    MultiLayerNetwork net = network(w, layers);
    net.init();
    int batch = w.batch();
    INDArray x =
        switch (layers.getFirst()) {
          case SizedLayer.Dense d -> Nd4j.rand(batch, d.in());
          case SizedLayer.Conv c -> Nd4j.rand(batch, c.channels(), c.height(), c.width());
          case SizedLayer.Pool p -> Nd4j.rand(batch, p.channels(), p.height(), p.width());
        };
    int classes = layers.getLast() instanceof SizedLayer.Dense d ? d.out() : 1;
    INDArray labels = Nd4j.zeros(batch, classes);
    for (int i = 0; i < batch; i++) {
      labels.putScalar(i, i % classes, 1);
    }
    DataSet data = new DataSet(x, labels);
    return () -> {
      net.fit(data);
      return net.score();
    };
  }

  private static MultiLayerNetwork network(Workload w, List<SizedLayer> layers) {
    NeuralNetConfiguration.ListBuilder net =
        new NeuralNetConfiguration.Builder()
            .seed(0)
            .weightInit(WeightInit.XAVIER)
            .updater(updater(w))
            .list();
    for (SizedLayer layer : layers) {
      switch (layer) {
        case SizedLayer.Conv c ->
            net.layer(
                new ConvolutionLayer.Builder(c.kernel(), c.kernel())
                    .nIn(c.channels())
                    .nOut(c.filters())
                    .convolutionMode(c.same() ? ConvolutionMode.Same : ConvolutionMode.Truncate)
                    .activation(Activation.RELU)
                    .build());
        case SizedLayer.Pool p ->
            net.layer(
                new SubsamplingLayer.Builder(SubsamplingLayer.PoolingType.MAX)
                    .kernelSize(p.size(), p.size())
                    .stride(p.size(), p.size())
                    .build());
        case SizedLayer.Dense d when !d.activation().isEmpty() ->
            net.layer(
                new DenseLayer.Builder()
                    .nIn(d.in())
                    .nOut(d.out())
                    .activation(Activation.fromString(d.activation()))
                    .build());
        case SizedLayer.Dense d ->
            net.layer(
                new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
                    .nIn(d.in())
                    .nOut(d.out())
                    .activation(Activation.SOFTMAX)
                    .build());
      }
    }
    switch (layers.getFirst()) {
      case SizedLayer.Dense d -> net.setInputType(InputType.feedForward(d.in()));
      case SizedLayer.Conv c ->
          net.setInputType(InputType.convolutional(c.height(), c.width(), c.channels()));
      case SizedLayer.Pool p ->
          net.setInputType(InputType.convolutional(p.height(), p.width(), p.channels()));
    }
    return new MultiLayerNetwork(net.build());
  }

  private static IUpdater updater(Workload w) {
    return switch (w.choice("opt", "adam", "sgd", "momentum")) {
      case "adam" -> new Adam(1e-3);
      case "sgd" -> new Sgd(0.01);
      default -> new Nesterovs(0.01, 0.9);
    };
  }
}
