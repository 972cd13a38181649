package shinso.zoo.convolution;

import shinso.core.op.PoolSpec;
import shinso.core.random.Rng;
import shinso.core.tensor.Shape;
import shinso.nn.layer.AveragePool;
import shinso.nn.layer.Network;

/**
 * The network of cuda-convnet that made 26 % errors on CIFAR-10 after 80 seconds: three
 * convolutions of 5 x 5 with overlapping windows of pooling, a maximum and then two means.
 *
 * <p>Source: Krizhevsky, "cuda-convnet" (2011), {@code layers-80sec.cfg}.
 *
 * @param first maps of the first and of the second convolution
 * @param third maps of the third convolution
 * @param hidden units of the dense layer before the classes
 */
public record CudaConvnet(int first, int third, int hidden) implements PictureNetwork {
  /** As published: 145,578 parameters on pictures of 32 x 32 in colour. */
  public static final CudaConvnet PUBLISHED = new CudaConvnet(32, 64, 64);

  /** Windows of 3 x 3 that overlap, the last ones reaching over the border: half of 32 is 16. */
  private static final PoolSpec HALF = new PoolSpec(3, 3, 2, 2, 0, 1, 0, 1);

  @Override
  public Network build(Shape picture, int classes, Rng rng) {
    PictureNetwork.require("cuda-convnet", picture, classes, 8);
    return Network.of(picture.dims())
        .conv(first, 5, o -> o.padding(2))
        .maxPool(HALF)
        .relu()
        .conv(first, 5, o -> o.padding(2))
        .relu()
        .layer(new AveragePool(HALF, false))
        .conv(third, 5, o -> o.padding(2))
        .relu()
        .layer(new AveragePool(HALF, false))
        .flatten()
        .dense(hidden)
        .relu()
        .dense(classes)
        .build(rng);
  }
}
