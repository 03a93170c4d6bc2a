namespace Cellway.Manager.View;

/// <summary>Computes something from the view and keeps it in step.</summary>
internal interface IViewFollower
{
    /// <summary>Takes in a new view, before anybody else sees it. Called by one caller at a time, in order; must not wait.</summary>
    void Apply(NetworkView view, ViewChanges changes);
}
