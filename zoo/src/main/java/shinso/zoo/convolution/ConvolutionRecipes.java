package shinso.zoo.convolution;

import java.util.List;
import shinso.zoo.harness.Area;

/** The recipes of this area. */
public final class ConvolutionRecipes {
  /** The area. */
  public static final Area AREA =
      new Area(
          "convolution",
          "convolutional networks",
          List.of(
              new Digits(),
              new LenetMnist(),
              new ConvnetCifar(),
              new VggCifar(),
              new ResidualCifar(),
              new Degradation(),
              new Transfer(),
              new Invariance()),
          List.of(new YourPictures()));

  private ConvolutionRecipes() {}
}
