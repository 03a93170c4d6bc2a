namespace Cellway.Model.State;

/// <summary>A newer version of this program has written the record: to read it as an older form would misread it, and to write it back would lose what is new.</summary>
public sealed class NewerSchemaException : NotSupportedException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="key">The record's key.</param>
    /// <param name="schema">The version of its form.</param>
    public NewerSchemaException(string key, int schema)
        : base($"The state key {key} was written by a newer Cellway (schema {schema}; this one knows up to {StateJson.Schema}). Upgrade this program, or restore a backup made before the upgrade; nothing was changed.")
    {
    }
}
