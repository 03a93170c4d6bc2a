namespace Cellway.Manager.Rotation;

/// <summary>What chance decides about names.</summary>
internal interface IRotationRandom
{
    /// <summary>A name that nobody can guess, and that no hop has had.</summary>
    string NewName();

    /// <summary>Whole seconds from 0 to <paramref name="longest"/>, all alike.</summary>
    TimeSpan UpTo(TimeSpan longest);
}
