package shinso.core.op;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import shinso.core.backend.Buffer;
import shinso.core.backend.Evaluation;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.core.tensor.TensorAccess;

/**
 * Ways to present numbers to an operation through a movement, so that they don't lie next to each
 * other.
 */
public enum View {
  /** As they are, but outside of the Java heap. */
  NATIVE {
    @Override
    Tensor stored(Tensor x) {
      return x;
    }

    @Override
    Tensor view(Tensor stored, Shape shape) {
      return stored;
    }
  },

  /** Stored with the axes in reverse order. */
  PERMUTED {
    @Override
    Tensor stored(Tensor x) {
      return x.permute(reversed(x.shape()));
    }

    @Override
    Tensor view(Tensor stored, Shape shape) {
      return stored.permute(reversed(shape));
    }
  },

  /** Stored inside of a larger tensor. */
  SLICED {
    @Override
    Tensor stored(Tensor x) {
      return pad(x, 1, 2, 0);
    }

    @Override
    Tensor view(Tensor stored, Shape shape) {
      Tensor y = stored;
      for (int axis = 0; axis < shape.rank(); axis++) {
        y = y.slice(axis, 1, 1 + shape.dim(axis));
      }
      return y;
    }
  },

  /** Stored with gaps along every axis. */
  STRIDED {
    @Override
    Tensor stored(Tensor x) {
      return pad(x, 0, 1, 1);
    }

    @Override
    Tensor view(Tensor stored, Shape shape) {
      Tensor y = stored;
      for (int axis = 0; axis < shape.rank(); axis++) {
        y = y.slice(axis, 0, shape.dim(axis) == 0 ? 0 : 2 * shape.dim(axis), 2);
      }
      return y;
    }
  },

  /** Stored backwards. */
  FLIPPED {
    @Override
    Tensor stored(Tensor x) {
      return x.flip();
    }

    @Override
    Tensor view(Tensor stored, Shape shape) {
      return stored.flip();
    }
  },

  /** The first slice of the first axis, repeated. */
  BROADCAST {
    @Override
    Tensor stored(Tensor x) {
      return x.shape().rank() == 0 || x.shape().dim(0) == 0 ? x : x.slice(0, 0, 1);
    }

    @Override
    Tensor view(Tensor stored, Shape shape) {
      return stored.broadcastTo(shape);
    }
  },

  /** Stored as one vector. */
  RESHAPED {
    @Override
    Tensor stored(Tensor x) {
      return x.reshape(x.shape().size());
    }

    @Override
    Tensor view(Tensor stored, Shape shape) {
      return stored.reshape(shape);
    }
  };

  /** Returns what lies in memory. */
  abstract Tensor stored(Tensor x);

  /** Returns the numbers again, in their shape. */
  abstract Tensor view(Tensor stored, Shape shape);

  /** Returns a movement of a native leaf that has the values of x, or repeats some of them. */
  public Tensor of(Tensor x) {
    Tensor stored = stored(x);
    Buffer memory = Buffer.allocateNative(x.dtype(), stored.shape().size(), "test view");
    memory.copyFrom(Evaluation.reference(stored));
    return view(TensorAccess.ofBuffer(stored.shape(), memory), x.shape());
  }

  private static int[] reversed(Shape shape) {
    return IntStream.range(0, shape.rank()).map(i -> shape.rank() - 1 - i).toArray();
  }

  /** Surrounds numbers with others that would be noticed. */
  private static Tensor pad(Tensor x, int before, int after, int interior) {
    List<Integer> b = new ArrayList<>(Collections.nCopies(x.shape().rank(), before));
    List<Integer> a = new ArrayList<>(Collections.nCopies(x.shape().rank(), after));
    List<Integer> i = new ArrayList<>(Collections.nCopies(x.shape().rank(), interior));
    double value = x.dtype() == DType.I32 ? Integer.MIN_VALUE : Double.NaN;
    return TensorAccess.apply(new MovementOp.Pad(b, a, i, value), x);
  }
}
