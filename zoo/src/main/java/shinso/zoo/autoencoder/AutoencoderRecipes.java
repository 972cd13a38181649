package shinso.zoo.autoencoder;

import java.util.List;
import shinso.zoo.harness.Area;

/** The recipes of this area. */
public final class AutoencoderRecipes {
  /** The area. */
  public static final Area AREA =
      new Area(
          "autoencoder",
          "auto-encoders as generators, and diffusion",
          List.of(
              new DenoisingFilters(),
              new ContractiveDigits(),
              new DenoisingNormal(),
              new WalkBackDigits(),
              new GsnDigits(),
              new DiscriminativeGsnDigits(),
              new DiffusionSwissRoll(),
              new DiffusionHeartbeat(),
              new DiffusionDigits()));

  private AutoencoderRecipes() {}
}
