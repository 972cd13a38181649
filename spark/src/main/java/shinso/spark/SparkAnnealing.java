package shinso.spark;

import java.io.Serializable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Tensor;
import shinso.nn.chain.Ais;
import shinso.spark.distributed.DistributionException;
import shinso.spark.distributed.Executors;
import shinso.spark.model.ModelPackage;
import shinso.spark.model.OpenModel;

/**
 * Annealed importance sampling whose chains are spread over the tasks of a job.
 *
 * <pre>{@code
 * Ais.Bracket z =
 *     SparkAnnealing.of(spark, Path.of("runs/20261129-1232-rbm-mnist"))
 *         .chains(400)
 *         .blocks(16)
 *         .betas(Ais.salakhutdinov())
 *         .both(Rng.of(1));
 * }</pre>
 *
 * <p>Chains are computed in blocks, a block a task, and block i of the key {@code rng} has the key
 * {@code rng.split(i)}. So what comes out depends on the path, the numbers of chains and blocks,
 * the temperatures and the key, and not on the number of executors: it is, bit for bit, {@link
 * Ais.Estimate#merged} of {@code Ais.of(path).chains(chains of block i).forward(rng.split(i))}.
 *
 * <p>Each method that sets something returns this.
 */
public final class SparkAnnealing {
  private final SparkSession session;
  private final @Nullable ModelPackage model;
  private final @Nullable PathFactory factory;
  private int chains = 100;
  private int blocks = 4;
  private double[] betas = Ais.even(0, 1, 1_000);
  private @Nullable Tensor samples;

  /** Makes a path in each task; what it refers to is sent along. */
  @FunctionalInterface
  public interface PathFactory extends Serializable {
    /** Returns distributions from one that can be drawn from to the target. */
    Ais.Path path();
  }

  private SparkAnnealing(
      SparkSession session, @Nullable ModelPackage model, @Nullable PathFactory factory) {
    this.session = session;
    this.model = model;
    this.factory = factory;
  }

  /**
   * Returns what anneals 100 chains in 4 blocks and 1,000 steps, from the base rates of a run's
   * data to its model.
   *
   * @param run its folder
   * @throws shinso.train.file.FileException if there is no run, or it has no model yet
   * @throws DistributionException if its model is none of binary units that can be annealed
   */
  public static SparkAnnealing of(SparkSession session, Path run) {
    ModelPackage model = ModelPackage.ofRun(run);
    OpenModel.of(model).annealed();
    return new SparkAnnealing(session, model, null);
  }

  /** Returns what anneals 100 chains in 4 blocks and 1,000 steps along any path. */
  public static SparkAnnealing of(SparkSession session, PathFactory factory) {
    return new SparkAnnealing(session, null, factory);
  }

  /** Sets how many chains there are in all blocks together. */
  public SparkAnnealing chains(int count) {
    this.chains = count;
    return this;
  }

  /** Sets in how many blocks they are computed, which is how many tasks can share the work. */
  public SparkAnnealing blocks(int count) {
    this.blocks = count;
    return this;
  }

  /**
   * Sets the values of β.
   *
   * @throws IllegalArgumentException unless they ascend from 0 to 1
   */
  public SparkAnnealing betas(double... values) {
    // Fails here rather than in a task.
    Ais.of(new Nowhere()).betas(values);
    this.betas = values.clone();
    return this;
  }

  /**
   * Sets the draws of the target at which annealing back begins, a chain each. Without them a run's
   * model draws its own, block by block, by long chains ({@code AnnealedModel.reverseStart}).
   *
   * @param draws {@code [chains, units]}
   */
  public SparkAnnealing samples(Tensor draws) {
    this.samples = draws.evaluate();
    return this;
  }

  /**
   * Returns the estimate from chains that start at the first distribution.
   *
   * @throws DistributionException if a block has fewer than two chains, or a task fails
   */
  public Ais.Estimate forward(Rng rng) {
    return Ais.Estimate.merged(compute(blocks(rng, false)));
  }

  /**
   * Returns the estimate from chains that start at draws of the target.
   *
   * @throws DistributionException if there are no draws, a block has fewer than two chains, or a
   *     task fails
   */
  public Ais.Estimate reverse(Rng rng) {
    return Ais.Estimate.merged(compute(blocks(rng, true)));
  }

  /**
   * Returns the estimates of both directions, {@link #forward} by {@code rng.split(0)} and {@link
   * #reverse} by {@code rng.split(1)}, in one job.
   *
   * @throws DistributionException if there are no draws, a block has fewer than two chains, or a
   *     task fails
   */
  public Ais.Bracket both(Rng rng) {
    List<Block> all = new ArrayList<>(blocks(rng.split(0), false));
    int up = all.size();
    all.addAll(blocks(rng.split(1), true));
    List<Ais.Estimate> parts = compute(all);
    return new Ais.Bracket(
        Ais.Estimate.merged(parts.subList(0, up)),
        Ais.Estimate.merged(parts.subList(up, parts.size())));
  }

  private List<Block> blocks(Rng rng, boolean back) {
    if (back && samples == null && model == null) {
      throw new DistributionException(
          "annealing back along a path of your own begins at draws of its target; give them: samples(draws)");
    }
    Tensor draws = back ? samples : null;
    int all = draws == null ? chains : draws.shape().dim(0);
    if (blocks < 1 || all / blocks < 2) {
      throw new DistributionException(
          "%d chains in %d blocks are fewer than two for a block; take more chains or fewer blocks"
              .formatted(all, blocks));
    }
    List<Block> list = new ArrayList<>();
    for (int i = 0; i < blocks; i++) {
      int from = start(all, i);
      int to = start(all, i + 1);
      Values part = draws == null ? null : Values.of(draws.slice(0, from, to));
      list.add(new Block(to - from, rng.split(i).words(), back, part));
    }
    return list;
  }

  private int start(int all, int block) {
    return (int) ((long) all * block / blocks);
  }

  private List<Ais.Estimate> compute(List<Block> work) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(session.sparkContext());
    Broadcast<ModelPackage> sent = model == null ? null : context.broadcast(model);
    PathFactory path = factory;
    double[] temperatures = betas;
    try {
      return context
          .parallelize(work, work.size())
          .map(block -> block.anneal(sent, path, temperatures))
          .collect()
          .stream()
          .map(Answer::estimate)
          .toList();
    } catch (Exception e) {
      // Spark throws its own exceptions without declaring them.
      throw DistributionException.explained("annealing", e);
    } finally {
      if (sent != null) {
        sent.destroy();
      }
    }
  }

  /**
   * Some chains.
   *
   * @param key the words of their key
   * @param draws at which they begin, null if they are to be drawn first
   */
  private record Block(int chains, int[] key, boolean back, @Nullable Values draws)
      implements Serializable {
    Answer anneal(
        @Nullable Broadcast<ModelPackage> sent, @Nullable PathFactory factory, double[] betas) {
      Executors.prepare();
      OpenModel open = sent == null ? null : OpenModel.of(sent.value());
      Ais.Path path =
          open == null
              ? Objects.requireNonNull(factory).path()
              : open.annealed().annealing(open.baseRates());
      Rng rng = Rng.ofWords(key[0], key[1]);
      Ais ais = Ais.of(path).chains(chains).betas(betas);
      if (!back) {
        return Answer.of(ais.forward(rng));
      }
      Tensor start =
          draws != null
              ? draws.tensor()
              : Objects.requireNonNull(open).annealed().reverseStart(chains, rng.split("draws"));
      return Answer.of(ais.reverse(start, rng));
    }
  }

  /** What comes back. */
  private record Answer(double base, double[] logWeights, boolean reversed, Values states)
      implements Serializable {
    static Answer of(Ais.Estimate e) {
      return new Answer(e.base(), e.logWeights(), e.reversed(), Values.of(e.states()));
    }

    Ais.Estimate estimate() {
      return new Ais.Estimate(base, logWeights, reversed, states.tensor());
    }
  }

  /** A tensor that travels. */
  private record Values(double[] values, int[] dims, DType dtype) implements Serializable {
    static Values of(Tensor x) {
      return new Values(x.toDoubleArray(), x.shape().dims(), x.dtype());
    }

    Tensor tensor() {
      return Tensor.of(values, dims).cast(dtype).evaluate();
    }
  }

  /** For the check of temperatures. */
  private record Nowhere() implements Ais.Path {
    @Override
    public Tensor start(int chains, Rng rng) {
      throw new UnsupportedOperationException("no chain starts here");
    }

    @Override
    public double logNormalizer() {
      return 0;
    }

    @Override
    public Tensor logWeight(Tensor x, Tensor beta) {
      throw new UnsupportedOperationException("no chain goes here");
    }

    @Override
    public Tensor transition(Tensor x, Tensor beta, Rng rng) {
      throw new UnsupportedOperationException("no chain goes here");
    }
  }
}
