package shinso.zoo.directed;

import java.util.ArrayList;
import java.util.List;
import shinso.core.random.Rng;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Activation;
import shinso.nn.layer.Layer;
import shinso.nn.layer.Network;
import shinso.nn.layer.Pass;
import shinso.nn.model.Sampler;

/**
 * Laplacian pyramid of adversarial networks (Denton, Chintala, Szlam and Fergus, "Deep generative
 * image models using a Laplacian pyramid of adversarial networks", 2015): a small picture is made
 * up first, and for each larger size what has to be added to the smaller one, which is given.
 *
 * <pre>
 * Ĩ_K = G_K(z_K)
 * Ĩₖ = u(Ĩₖ₊₁) + Gₖ(zₖ, u(Ĩₖ₊₁)),   k = K − 1 .. 0
 * </pre>
 *
 * <p>Every level learns by itself: on lₖ = u(d(Iₖ)) of the data its generator makes h̃ₖ up, and its
 * discriminator tells lₖ + h̃ₖ from lₖ + hₖ, which is Iₖ. zₖ is a further channel of noise.
 *
 * <p>The discriminators have dropout. The networks are normalised, and the discriminators' units
 * are leaky rectifiers, by the later rules of {@link Dcgan}, with which they learn in fewer steps.
 *
 * @param top G_K and D_K
 * @param levels the Gₖ and Dₖ, the largest pictures first
 */
public record Lapgan(Top top, List<Level> levels) implements Sampler {
  private static final int KERNEL = 3;
  private static final double DROPOUT = 0.3;
  private static final Activation LEAKY = Activation.leakyRelu(0.2);

  /** Keeps a copy. */
  public Lapgan {
    levels = List.copyOf(levels);
  }

  /**
   * Returns untrained networks: dense ones for the smallest pictures, and three convolutions for
   * each larger size.
   *
   * @param picture {@code [height, width, channels]}, halved so often as there are levels
   * @param levels K
   * @param maps of the convolutions
   * @param hidden units of the dense layers
   * @throws IllegalArgumentException if height or width can't be halved so often
   */
  public static Lapgan of(Shape picture, int levels, int maps, int hidden, Rng rng) {
    List<Level> all = new ArrayList<>();
    Shape size = picture;
    for (int k = 0; k < levels; k++) {
      all.add(Level.of(size, k, maps, rng.split(k)));
      Shape batch = Shape.of(1).concat(size);
      size = LaplacianPyramid.reduce(Tensor.zeros(batch.dims())).shape().slice(1, 4);
    }
    return new Lapgan(Top.of(size, levels, hidden, rng.split(levels)), all);
  }

  /** Draws pictures; their numbers may be a little below 0 or above 1. */
  @Override
  public Tensor sample(int count, Rng rng) {
    return detailed(top.sample(count, rng.split(levels.size())), rng);
  }

  /** Returns pictures with all details made up: smallest ones in, largest ones out. */
  public Tensor detailed(Tensor smallest, Rng rng) {
    Tensor image = smallest;
    for (Level level : levels.reversed()) {
      Tensor larger = LaplacianPyramid.expand(image);
      image = larger.add(level.detail(larger, rng.split(level.depth), Pass.inference()));
    }
    return image;
  }

  /** Returns the smallest pictures made large without details. */
  public Tensor blurred(Tensor smallest) {
    Tensor image = smallest;
    for (int k = 0; k < levels.size(); k++) {
      image = LaplacianPyramid.expand(image);
    }
    return image;
  }

  /**
   * The networks for the smallest pictures, which depend on nothing.
   *
   * @param generator G_K: {@code [b, noise] -> [b, h, w, c]}
   * @param discriminator D_K: {@code [b, h, w, c] -> [b, 1]}
   * @param noise z_K
   * @param depth K: how often pictures are halved
   */
  public record Top(Layer generator, Layer discriminator, Noise noise, int depth)
      implements Adversaries, Sampler {
    private static final int NOISE = 100;

    static Top of(Shape picture, int depth, int hidden, Rng rng) {
      Network generator =
          Network.of(NOISE)
              .dense(hidden, o -> o.noBias())
              .batchNorm()
              .relu()
              .dense(hidden, o -> o.noBias())
              .batchNorm()
              .relu()
              .dense(picture.size())
              .sigmoid()
              .reshape(picture.dims())
              .build(rng.split(0));
      // Without batch normalisation, which would hide what all pictures of a batch have in common.
      Network discriminator =
          Network.of(picture.dims())
              .layer("centred", Dcgan.centred())
              .flatten()
              .dense(hidden)
              .activation(LEAKY)
              .dropout(DROPOUT)
              .dense(hidden)
              .activation(LEAKY)
              .dropout(DROPOUT)
              .dense(1)
              .build(rng.split(1));
      return new Top(generator, discriminator, Noise.uniform(NOISE), depth);
    }

    @Override
    public Tensor real(List<Tensor> batch) {
      return LaplacianPyramid.reduce(batch.getFirst(), depth);
    }

    @Override
    public Tensor made(List<Tensor> batch, Rng rng, Pass pass) {
      return generator.forward(noise.draw(batch.getFirst().shape().dim(0), rng), pass);
    }

    @Override
    public Tensor sample(int count, Rng rng) {
      return generator.forward(noise.draw(count, rng), Pass.inference());
    }
  }

  /**
   * The networks for pictures that have been halved k times.
   *
   * @param generator Gₖ, of lₖ and a channel of noise: {@code [b, h, w, c + 1] -> [b, h, w, c]}
   * @param discriminator Dₖ: {@code [b, h, w, c] -> [b, 1]}
   * @param depth k
   */
  public record Level(Layer generator, Layer discriminator, int depth) implements Adversaries {
    static Level of(Shape picture, int depth, int maps, Rng rng) {
      int channels = picture.dim(2);
      Network generator =
          Network.of(picture.dim(0), picture.dim(1), channels + 1)
              .conv(maps, KERNEL, o -> o.same().noBias())
              .batchNorm()
              .relu()
              .conv(maps, KERNEL, o -> o.same().noBias())
              .batchNorm()
              .relu()
              .conv(channels, KERNEL, o -> o.same())
              .build(rng.split(0));
      Network discriminator =
          Network.of(picture.dims())
              .layer("centred", Dcgan.centred())
              .conv(maps, KERNEL, o -> o.same().stride(2))
              .activation(LEAKY)
              .conv(maps, KERNEL, o -> o.same().stride(2).noBias())
              .batchNorm()
              .activation(LEAKY)
              .flatten()
              .dropout(DROPOUT)
              .dense(1)
              .build(rng.split(1));
      return new Level(generator, discriminator, depth);
    }

    /** Returns h̃ₖ = Gₖ(zₖ, lₖ). */
    Tensor detail(Tensor larger, Rng rng, Pass pass) {
      Shape s = larger.shape();
      Tensor z = Tensor.uniform(rng, s.dim(0), s.dim(1), s.dim(2), 1).mul(2).sub(1);
      return generator.forward(Tensor.concat(3, List.of(larger, z)), pass);
    }

    /** Returns Iₖ. */
    @Override
    public Tensor real(List<Tensor> batch) {
      return LaplacianPyramid.reduce(batch.getFirst(), depth);
    }

    /** Returns lₖ + h̃ₖ. */
    @Override
    public Tensor made(List<Tensor> batch, Rng rng, Pass pass) {
      Tensor larger = LaplacianPyramid.expand(LaplacianPyramid.reduce(real(batch))); // lₖ
      return larger.add(detail(larger, rng, pass));
    }
  }
}
