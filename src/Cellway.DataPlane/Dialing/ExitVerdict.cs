namespace Cellway.DataPlane.Dialing;

/// <summary>What the exit policy says of a destination.</summary>
public enum ExitVerdict
{
    /// <summary>It may be dialled.</summary>
    Allowed,

    /// <summary>Its port is closed.</summary>
    DeniedPort,

    /// <summary>Its address is not one of the open internet, or the operator denied it.</summary>
    DeniedAddress,
}
