package shinso.zoo.convolution;

import java.util.List;
import shinso.core.random.Rng;
import shinso.core.tensor.Shape;
import shinso.nn.layer.Activation;
import shinso.nn.layer.Network;

/**
 * Two convolutions of 5 x 5, each with pooling of 2 x 2, and dense layers.
 *
 * <p>Source: LeCun, Bottou, Bengio and Haffner, "Gradient-based learning applied to document
 * recognition" (1998), section II B, with every map of the second convolution connected to all of
 * the first one, and softmax in place of distances to drawn codes.
 *
 * @param first maps of the first convolution
 * @param second maps of the second convolution
 * @param padding rows and columns of zeros around the picture
 * @param hidden units of the dense layers before the classes
 * @param maxPooling whether the largest value of a window is taken, else the mean
 * @param activation of convolutions, before pooling, and of dense layers
 */
public record Lenet(
    int first,
    int second,
    int padding,
    List<Integer> hidden,
    boolean maxPooling,
    Activation activation)
    implements PictureNetwork {
  /** As published, but for the two points above: 61,706 parameters on digits of 28 x 28. */
  public static final Lenet LENET_5 = new Lenet(6, 16, 2, List.of(120, 84), false, Activation.TANH);

  /** With more maps, one dense layer, maxima and rectifiers: 431,080 parameters on such digits. */
  public static final Lenet WIDE = new Lenet(20, 50, 0, List.of(500), true, Activation.RELU);

  /** Keeps a copy. */
  public Lenet {
    hidden = List.copyOf(hidden);
  }

  @Override
  public Network build(Shape picture, int classes, Rng rng) {
    PictureNetwork.require("LeNet", picture, classes, 16 - 2 * padding);
    Network.Builder net =
        Network.of(picture.dims()).conv(first, 5, o -> o.padding(padding)).activation(activation);
    pool(net).conv(second, 5).activation(activation);
    pool(net).flatten();
    hidden.forEach(units -> net.dense(units).activation(activation));
    return net.dense(classes).build(rng);
  }

  private Network.Builder pool(Network.Builder net) {
    return maxPooling ? net.maxPool(2) : net.averagePool(2);
  }
}
