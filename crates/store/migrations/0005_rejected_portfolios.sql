-- Who rejected a portfolio is forgotten when its organization does not share it any more.
CREATE INDEX share_rejection_portfolio ON share_rejection (portfolio_id);
