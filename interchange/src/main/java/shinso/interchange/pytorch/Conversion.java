package shinso.interchange.pytorch;

import java.util.ArrayList;
import java.util.List;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;

/** How a parameter here is made of those in a PyTorch module, and the other way round. */
public sealed interface Conversion {
  /** Returns the parameter here from PyTorch's, in the order of the row's keys. */
  Tensor here(List<Tensor> there);

  /** Returns what goes to PyTorch; what several parameters give to one key is added up. */
  List<Tensor> there(Tensor here);

  /** The same numbers. */
  record Same() implements Conversion {
    @Override
    public Tensor here(List<Tensor> there) {
      return there.getFirst();
    }

    @Override
    public List<Tensor> there(Tensor here) {
      return List.of(here);
    }
  }

  /**
   * The axes in another order.
   *
   * @param order axis i here is axis {@code order[i]} there
   */
  record Axes(List<Integer> order) implements Conversion {
    @Override
    public Tensor here(List<Tensor> there) {
      return there.getFirst().permute(order.stream().mapToInt(i -> i).toArray());
    }

    @Override
    public List<Tensor> there(Tensor here) {
      int[] inverse = new int[order.size()];
      for (int i = 0; i < inverse.length; i++) {
        inverse[order.get(i)] = i;
      }
      return List.of(here.permute(inverse));
    }
  }

  /**
   * A matrix {@code [out, in]} whose inputs are an image that was made a vector: channels first
   * there, last here.
   *
   * @param image {@code [h, w, c]}
   */
  record Flattened(Shape image) implements Conversion {
    @Override
    public Tensor here(List<Tensor> there) {
      Tensor w = there.getFirst();
      int out = w.shape().dim(0);
      return w.reshape(out, image.dim(2), image.dim(0), image.dim(1))
          .permute(2, 3, 1, 0)
          .reshape(image.size(), out);
    }

    @Override
    public List<Tensor> there(Tensor here) {
      int out = here.shape().dim(1);
      Tensor w = here.reshape(image.dim(0), image.dim(1), image.dim(2), out);
      return List.of(w.permute(3, 2, 0, 1).reshape(out, image.size()));
    }
  }

  /**
   * Gates side by side: {@code [gates hidden, in]} there, {@code [in, gates hidden]} here.
   *
   * @param order gate i here is gate {@code order[i]} there
   */
  record Gates(List<Integer> order) implements Conversion {
    @Override
    public Tensor here(List<Tensor> there) {
      return reordered(there.getFirst().transpose(), order);
    }

    @Override
    public List<Tensor> there(Tensor here) {
      return List.of(reordered(here, inverse(order)).transpose());
    }
  }

  /**
   * One bias of gates here, the sum of two there.
   *
   * @param order gate i here is gate {@code order[i]} there
   * @param apart how many of the last gates there keep the second bias apart
   */
  record Biases(List<Integer> order, int apart) implements Conversion {
    @Override
    public Tensor here(List<Tensor> there) {
      Tensor input = there.get(0);
      Tensor state = there.get(1);
      int n = state.shape().dim(0);
      int summed = n - apart * n / order.size();
      Tensor sum = input.add(state.slice(0, 0, summed).pad(0, 0, n - summed, 0));
      return reordered(sum, order);
    }

    @Override
    public List<Tensor> there(Tensor here) {
      return List.of(reordered(here, inverse(order)), here.zerosLike());
    }
  }

  /**
   * The last gate's part of a bias.
   *
   * @param gates how many there are
   */
  record LastGate(int gates) implements Conversion {
    @Override
    public Tensor here(List<Tensor> there) {
      int n = there.getFirst().shape().dim(0);
      return there.getFirst().slice(0, n - n / gates, n);
    }

    @Override
    public List<Tensor> there(Tensor here) {
      return List.of(here.pad(0, (gates - 1) * here.shape().dim(0), 0, 0));
    }
  }

  private static List<Integer> inverse(List<Integer> order) {
    List<Integer> inverse = new ArrayList<>();
    for (int i = 0; i < order.size(); i++) {
      inverse.add(order.indexOf(i));
    }
    return inverse;
  }

  /** Puts the gates, parts of the last axis, into another order. */
  private static Tensor reordered(Tensor all, List<Integer> order) {
    int hidden = all.shape().dim(-1) / order.size();
    return Tensor.concat(
        -1, order.stream().map(g -> all.slice(-1, g * hidden, (g + 1) * hidden)).toList());
  }
}
