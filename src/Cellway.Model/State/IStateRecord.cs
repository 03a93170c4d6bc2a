namespace Cellway.Model.State;

/// <summary>What is stored under one key.</summary>
public interface IStateRecord
{
    /// <summary>Version of the record's form.</summary>
    int Schema { get; }
}
